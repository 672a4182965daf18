use usher_domain::{
    ClientAddress, Contact, Device, DeviceFacts, Epoch, ExternalAccounts, Gender, Nickname, PasswordHash,
    Profile, Role, Status, Timestamp, User, UserId, Username, Version, Visit,
};
use usher_ports::outbound::{FoundUser, NewUser, NewVisitor, StatusChange, Upgrade};
use uuid::Uuid;

/// Where an account stands in hand-sorted lists until somebody sorts it.
const UNSORTED: i64 = 50;

/// What the two ways of becoming an account have in common.
pub(super) struct NewAccount {
    uuid: Uuid,
    pub(super) username: Username,
    nickname: Nickname,
    password: Option<PasswordHash>,
    pub(super) device: Option<Device>,
    visit: Visit,
}

impl NewAccount {
    pub(super) fn visitor(new: &NewVisitor) -> Self {
        Self {
            uuid: new.uuid,
            username: new.username.clone(),
            nickname: Nickname::default(),
            password: None,
            device: Some(new.device.clone()),
            visit: visit(new.from, new.at),
        }
    }

    pub(super) fn user(new: &NewUser) -> Self {
        let device = new.device.clone().map(|id| Device { id, facts: DeviceFacts::default() });
        Self {
            uuid: new.uuid,
            username: new.username.clone(),
            nickname: new.nickname.clone(),
            password: Some(new.password.clone()),
            device,
            visit: visit(new.from, new.at),
        }
    }
}

/// All that is kept of one user. The port links one device to an account at most, so it is the one seen last.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) password: Option<PasswordHash>,
    pub(super) profile: Profile,
}

impl Account {
    pub(super) fn new(id: UserId, new: NewAccount) -> Self {
        let user = User {
            id,
            uuid: new.uuid,
            username: new.username,
            nickname: new.nickname,
            avatar: String::new(),
            role: if new.password.is_some() { Role::User } else { Role::Visitor },
            status: Status::Enabled,
            deleted: false,
            device: new.device,
            contact: Contact::default(),
            accounts: ExternalAccounts::default(),
            settings: String::new(),
            order: UNSORTED,
            registered: new.visit,
            last_login: Some(new.visit),
            updated_at: new.visit.at,
            version: Version(0),
            epoch: Epoch(0),
        };
        Self { user, password: new.password, profile: blank_profile(id) }
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

    /// A device alone does not touch the record of its registered owner.
    pub(super) fn record_visit(&mut self, facts: &DeviceFacts, visit: Visit) {
        if let Some(device) = &mut self.user.device {
            device.facts = facts.clone().or(std::mem::take(&mut device.facts));
        }
        if self.user.role == Role::Visitor {
            self.user.last_login = Some(visit);
        }
    }

    pub(super) fn record_login(&mut self, epoch: Epoch, visit: Visit) -> bool {
        let may = self.user.may_enter() && self.user.epoch == epoch;
        if may {
            self.user.last_login = Some(visit);
        }
        may
    }

    pub(super) fn set_status(
        &mut self,
        status: Status,
        expected: Option<Version>,
        at: Timestamp,
    ) -> StatusChange {
        if expected.is_some_and(|version| version != self.user.version) {
            return StatusChange::Conflict(Box::new(self.user.clone()));
        }
        if self.user.status != status {
            self.user.status = status;
            self.user.epoch.0 += i64::from(status != Status::Enabled);
            self.changed(at);
        }
        StatusChange::Set(Box::new(self.user.clone()))
    }

    pub(super) fn set_password(&mut self, password: &PasswordHash, at: Timestamp) -> Option<User> {
        if self.user.role != Role::User {
            return None;
        }
        self.password = Some(password.clone());
        self.user.epoch.0 += 1;
        self.changed(at);
        Some(self.user.clone())
    }

    pub(super) fn delete(&mut self, at: Timestamp) -> Option<User> {
        if self.user.deleted {
            return None;
        }
        self.user.deleted = true;
        self.user.epoch.0 += 1;
        self.changed(at);
        Some(self.user.clone())
    }

    pub(super) fn replace_hash(&mut self, old: &PasswordHash, new: &PasswordHash) {
        if self.password.as_ref() == Some(old) {
            self.password = Some(new.clone());
        }
    }

    /// What anybody may see of it.
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
