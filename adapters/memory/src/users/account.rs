use usher_domain::{
    ClientAddress, Device, DeviceAttributes, Epoch, FoundUser, Gender, Nickname, PasswordHash, Profile, Role,
    SeenDevice, Timestamp, User, UserId, Username, Visit,
};
use usher_ports::outbound::{NewUser, NewVisitor, Origin, Upgrade};
use uuid::Uuid;

/// What the two ways of becoming an account have in common.
pub(super) struct NewAccount {
    uuid: Uuid,
    pub(super) username: Username,
    nickname: Nickname,
    avatar: String,
    password: Option<PasswordHash>,
    pub(super) device: Option<Device>,
    visit: Visit,
    logs_in: bool,
}

impl NewAccount {
    pub(super) fn visitor(new: &NewVisitor) -> Self {
        Self {
            uuid: new.uuid,
            username: new.username.clone(),
            nickname: Nickname::default(),
            avatar: String::new(),
            password: None,
            device: Some(new.device.clone()),
            visit: visit(new.from, new.at),
            logs_in: true,
        }
    }

    pub(super) fn user(new: &NewUser) -> Self {
        let device = new.device.clone().map(|id| Device { id, attributes: DeviceAttributes::default() });
        let (visit, logs_in) = match &new.origin {
            Origin::Owner { from, at } => (visit(*from, *at), true),
            Origin::Administrator(context) => (Visit { at: context.at, from: context.from }, false),
        };
        Self {
            uuid: new.uuid,
            username: new.username.clone(),
            nickname: new.nickname.clone(),
            avatar: new.avatar.clone(),
            password: Some(new.password.clone()),
            device,
            visit,
            logs_in,
        }
    }
}

/// All that is kept of one user. The port links one device to an account at most, so it is the one seen last.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) password: Option<PasswordHash>,
    pub(super) profile: Profile,
    /// When the device came first and last.
    device_seen: (Timestamp, Timestamp),
}

impl Account {
    pub(super) fn new(id: UserId, new: NewAccount) -> Self {
        let role = if new.password.is_some() { Role::User } else { Role::Visitor };
        let user = User {
            nickname: new.nickname,
            avatar: new.avatar,
            device: new.device,
            last_login: new.logs_in.then_some(new.visit),
            ..User::new(id, new.uuid, new.username, role, new.visit)
        };
        let device_seen = (new.visit.at, new.visit.at);
        Self { user, password: new.password, profile: blank_profile(id), device_seen }
    }

    /// The row's next version.
    fn changed(&mut self, at: Timestamp) {
        self.user.updated_at = at;
        self.user.version.0 += 1;
    }

    pub(super) fn upgrade(&mut self, upgrade: &Upgrade) {
        self.user.username = upgrade.username.clone();
        self.user.role = Role::User;
        self.user.last_login = Some(visit(upgrade.from, upgrade.at));
        self.user.epoch.0 += 1;
        self.password = Some(upgrade.password.clone());
        self.changed(upgrade.at);
    }

    pub(super) fn record_visit(&mut self, attributes: &DeviceAttributes, visit: Visit) {
        self.device_seen.1 = visit.at;
        self.user.visited(attributes, visit);
    }

    pub(super) fn record_login(&mut self, epoch: Epoch, visit: Visit) -> bool {
        let may = self.user.is_active() && self.user.epoch == epoch;
        if may {
            self.user.last_login = Some(visit);
        }
        may
    }

    pub(super) fn devices(&self) -> Vec<SeenDevice> {
        let seen = self.user.device.clone().map(|device| SeenDevice {
            device,
            first_seen: self.device_seen.0,
            last_seen: self.device_seen.1,
        });
        seen.into_iter().collect()
    }

    pub(super) fn replace_hash(&mut self, old: &PasswordHash, new: &PasswordHash) {
        if self.password.as_ref() == Some(old) {
            self.password = Some(new.clone());
        }
    }

    /// Its public view.
    pub(super) fn shown(&self) -> FoundUser {
        FoundUser {
            id: self.user.id,
            uuid: self.user.uuid,
            username: self.user.username.clone(),
            nickname: self.user.nickname.clone(),
            avatar: self.user.avatar.clone(),
            role: self.user.role,
        }
    }
}

pub(super) fn visit(from: ClientAddress, at: Timestamp) -> Visit {
    Visit { at, from: Some(from.ip()) }
}

fn blank_profile(user: UserId) -> Profile {
    Profile {
        id: user.0,
        gender: Gender::default(),
        birthday: None,
        bio: None,
        location: None,
        website: None,
    }
}
