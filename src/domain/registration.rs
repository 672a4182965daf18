//! How accounts are added and upgraded: commands, and what each of them writes.

use uuid::Uuid;

use crate::{
    AuditAction, AuditContext, ClientAddress, Decision, Declined, Device, DeviceAttributes, DeviceId, Event,
    EventType, Nickname, PasswordHash, Role, Timestamp, User, UserId, Username, Visit,
};

/// A visitor to be added.
#[derive(Clone, Debug)]
pub struct NewVisitor {
    /// Public id.
    pub uuid: Uuid,
    /// Generated name.
    pub username: Username,
    /// The device that leads to the account.
    pub device: Device,
    /// Where the visitor comes from.
    pub from: ClientAddress,
    /// When.
    pub at: Timestamp,
}

/// A registered user to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Public id.
    pub uuid: Uuid,
    /// Chosen name.
    pub username: Username,
    /// Hash of the chosen password.
    pub password: PasswordHash,
    /// Nickname, may be empty.
    pub nickname: Nickname,
    /// URL of a picture, may be empty.
    pub avatar: String,
    /// The device to link, if any.
    pub device: Option<DeviceId>,
    /// Who asks for the account.
    pub origin: Origin,
}

/// Who asks for an account.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Its owner, who thereby logs in.
    Owner {
        /// From where.
        from: ClientAddress,
        /// When.
        at: Timestamp,
    },
    /// An administrator.
    Administrator(AuditContext),
}

/// A visitor that is to become a registered user.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// The visitor's account.
    pub user: UserId,
    /// Chosen name.
    pub username: Username,
    /// Hash of the chosen password.
    pub password: PasswordHash,
    /// Where the request comes from.
    pub from: ClientAddress,
    /// When.
    pub at: Timestamp,
}

/// The number of an account before the store has given it one: see [`Decision::numbered`].
const UNNUMBERED: UserId = UserId(0);

impl NewVisitor {
    /// What adding the visitor writes. Unique keys decide whether it can be added.
    pub fn decide(&self) -> Decision {
        let made = Visit { at: self.at, from: Some(self.from.ip()) };
        let after = User {
            device: Some(self.device.clone()),
            last_login: Some(made),
            ..User::new(UNNUMBERED, self.uuid, self.username.clone(), Role::Visitor, made)
        };
        added(after, None, None)
    }
}

impl NewUser {
    /// What adding the user writes. Unique keys decide whether it can be added.
    pub fn decide(&self) -> Decision {
        let (made, context) = match &self.origin {
            Origin::Owner { from, at } => (Visit { at: *at, from: Some(from.ip()) }, None),
            Origin::Administrator(context) => (Visit { at: context.at, from: context.from }, Some(context)),
        };
        let device = self.device.clone().map(|id| Device { id, attributes: DeviceAttributes::default() });
        let after = User {
            nickname: self.nickname.clone(),
            avatar: self.avatar.clone(),
            device,
            last_login: context.is_none().then_some(made),
            ..User::new(UNNUMBERED, self.uuid, self.username.clone(), Role::User, made)
        };
        added(after, Some(self.password.clone()), context)
    }
}

fn added(after: User, password: Option<PasswordHash>, context: Option<&AuditContext>) -> Decision {
    Decision {
        audit: context.map(|context| context.on(AuditAction::UserCreated, None, &after)),
        events: vec![Event::of(EventType::UserCreated, &after, after.registered.at)],
        after,
        password,
        ends_sessions: false,
    }
}

impl Upgrade {
    /// What the upgrade makes of a visitor: the account keeps id and uuid, and its sessions as a visitor end.
    ///
    /// # Errors
    /// [`Declined::NotApplicable`] unless the account is an enabled visitor.
    pub fn decide(&self, user: &User) -> Result<Decision, Declined> {
        if user.role != Role::Visitor || !user.is_active() {
            return Err(Declined::NotApplicable);
        }
        let after = User {
            username: self.username.clone(),
            role: Role::User,
            last_login: Some(Visit { at: self.at, from: Some(self.from.ip()) }),
            ..user.changed(self.at, true)
        };
        Ok(Decision {
            audit: None,
            events: vec![Event::of(EventType::UserUpgraded, &after, self.at)],
            after,
            password: Some(self.password.clone()),
            ends_sessions: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    const NOW: Timestamp = Timestamp::from_millis(5);

    fn name(name: &str) -> Username {
        Username::from_store(name.to_owned())
    }

    fn from() -> ClientAddress {
        ClientAddress::new([203, 0, 113, 9].into())
    }

    fn visitor() -> User {
        let made = Visit { at: Timestamp::from_millis(1), from: None };
        User::new(UserId(7), Uuid::max(), name("visitor_1"), Role::Visitor, made)
    }

    fn upgrade() -> Upgrade {
        let password = PasswordHash::new("$x$".to_owned());
        Upgrade { user: UserId(7), username: name("alice"), password, from: from(), at: NOW }
    }

    fn new_user(origin: Origin) -> NewUser {
        NewUser {
            uuid: Uuid::max(),
            username: name("alice"),
            password: PasswordHash::new("$x$".to_owned()),
            nickname: Nickname::default(),
            avatar: String::new(),
            device: None,
            origin,
        }
    }

    #[test]
    fn an_upgrade_keeps_the_account_and_ends_its_sessions() {
        let before = visitor();
        let decision = upgrade().decide(&before).unwrap();
        let after = &decision.after;
        assert_eq!((after.id, after.uuid, after.registered), (before.id, before.uuid, before.registered));
        assert_eq!((after.role, after.epoch.0, after.version.0), (Role::User, 1, 1));
        assert!(decision.ends_sessions && decision.audit.is_none() && decision.password.is_some());
        assert_eq!(decision.events, [Event::of(EventType::UserUpgraded, after, NOW)]);
    }

    #[test]
    fn only_an_enabled_visitor_is_upgraded() {
        for other in [
            User { role: Role::User, ..visitor() },
            User { status: Status::Disabled, ..visitor() },
            User { deleted_at: Some(NOW), ..visitor() },
        ] {
            assert_eq!(upgrade().decide(&other), Err(Declined::NotApplicable));
        }
    }

    #[test]
    fn an_owner_logs_in_and_an_administrator_leaves_an_audit_entry() {
        let owner = new_user(Origin::Owner { from: from(), at: NOW }).decide();
        assert!(owner.audit.is_none() && owner.after.last_login == Some(owner.after.registered));
        let context = AuditContext::due(NOW);
        let theirs = new_user(Origin::Administrator(context)).decide().numbered(UserId(3));
        assert_eq!((theirs.after.id, theirs.after.last_login), (UserId(3), None));
        assert_eq!(theirs.audit.unwrap().user, Some(UserId(3)));
        assert_eq!(theirs.events.len(), 1);
    }
}
