use usher_domain::{
    ClientAddress, DeviceAttributes, Epoch, FoundUser, Gender, PasswordHash, Profile, SeenDevice, Timestamp,
    User, UserId, UserNote, Visit,
};

/// All that is kept of one user. The port links one device to an account at most, so it is the one seen last.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) password: Option<PasswordHash>,
    pub(super) profile: Profile,
    pub(super) notes: Vec<UserNote>,
    /// When the device came first and last.
    device_seen: (Timestamp, Timestamp),
}

impl Account {
    pub(super) fn new(user: User, password: Option<PasswordHash>) -> Self {
        let (id, made) = (user.id, user.registered.at);
        Self { user, password, profile: blank_profile(id), notes: Vec::new(), device_seen: (made, made) }
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
