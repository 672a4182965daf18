//! Who sees what of an account. Use cases answer with one of these values, so an adapter cannot show what its caller must
//! not see: the value does not hold it.

use uuid::Uuid;

use crate::{
    Contact, Device, DeviceAttributes, ExternalAccounts, Nickname, Profile, Reason, Role, ShortDeviceId,
    Status, Timestamp, User, UserId, Username, Version, Visit,
};

/// An account as the holder of a session on it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// The number.
    pub id: UserId,
    /// The public id.
    pub uuid: Uuid,
    /// The name.
    pub username: Username,
    /// What others see; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// What the session may do; below the account's own role where only the device is known.
    pub role: Role,
    /// Enabled or not.
    pub status: Status,
    /// Whether it is deleted.
    pub deleted: bool,
    /// The device it was reached by or seen with last.
    pub device: Option<Device>,
    /// Position in hand-sorted lists.
    pub order: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything about it changed.
    pub updated_at: Timestamp,
    /// What only its owner sees; nothing where only the device of a registered account is known.
    pub private: Option<PrivateFields>,
}

/// What only the owner of an account sees, beside administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateFields {
    /// Ways to reach the person.
    pub contact: Contact,
    /// Links to other services.
    pub accounts: ExternalAccounts,
    /// Settings, as the clients wrote them.
    pub settings: String,
    /// When and from where the account was made.
    pub registered: Visit,
    /// When and from where it was used last.
    pub last_login: Option<Visit>,
}

impl OwnAccount {
    /// The account as a session of this role sees it.
    pub fn seen_as(role: Role, user: User) -> Self {
        let private = PrivateFields {
            contact: user.contact,
            accounts: user.accounts,
            settings: user.settings,
            registered: user.registered,
            last_login: user.last_login,
        };
        Self {
            id: user.id,
            uuid: user.uuid,
            username: user.username,
            nickname: user.nickname,
            avatar: user.avatar,
            role,
            status: user.status,
            deleted: user.deleted_at.is_some(),
            device: user.device,
            order: user.order,
            created_at: user.registered.at,
            updated_at: user.updated_at,
            private: (role >= user.role).then_some(private),
        }
    }
}

/// The public view of a user who is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicProfile {
    /// The public id.
    pub uuid: Uuid,
    /// The name.
    pub username: Username,
    /// Nickname; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// Visitor or user.
    pub role: Role,
    /// Settings, as the clients wrote them: the old protocol makes them public here.
    pub settings: String,
    /// The public profile.
    pub profile: Profile,
}

impl PublicProfile {
    /// The public part of an account.
    pub fn of(user: User, profile: Profile) -> Self {
        Self {
            uuid: user.uuid,
            username: user.username,
            nickname: user.nickname,
            avatar: user.avatar,
            role: user.role,
            settings: user.settings,
            profile,
        }
    }
}

/// The public view of a user whom a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUser {
    /// The number.
    pub id: UserId,
    /// The public id.
    pub uuid: Uuid,
    /// The name.
    pub username: Username,
    /// Nickname; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// Visitor or user.
    pub role: Role,
}

/// A user as administrators see it. It does not hold whole device ids, with which one could resume a visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedUser {
    /// The number.
    pub id: UserId,
    /// The public id.
    pub uuid: Uuid,
    /// The name.
    pub username: Username,
    /// Nickname; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// Visitor or user.
    pub role: Role,
    /// Enabled or not.
    pub status: Status,
    /// When it is enabled again by itself, if it is disabled for a while.
    pub disabled_until: Option<Timestamp>,
    /// Why it is disabled, if a reason was given.
    pub disabled_reason: Reason,
    /// Who disabled it; empty if it is enabled.
    pub disabled_by: String,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The device seen last, if any is linked.
    pub device: Option<ManagedDevice>,
    /// Ways to reach the person.
    pub contact: Contact,
    /// When and from where the account was made.
    pub registered: Visit,
    /// When and from where it was used last.
    pub last_login: Option<Visit>,
    /// Counts the changes.
    pub version: Version,
}

/// A device as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedDevice {
    /// The beginning of its id.
    pub id: ShortDeviceId,
    /// What it says about itself.
    pub attributes: DeviceAttributes,
}

impl From<User> for ManagedUser {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            uuid: user.uuid,
            username: user.username,
            nickname: user.nickname,
            avatar: user.avatar,
            role: user.role,
            status: user.status,
            disabled_until: user.disabled_until,
            disabled_reason: user.disabled_reason,
            disabled_by: user.disabled_by,
            deleted_at: user.deleted_at,
            device: user.device.map(|Device { id, attributes }| ManagedDevice { id: id.short(), attributes }),
            contact: user.contact,
            registered: user.registered,
            last_login: user.last_login,
            version: user.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role) -> User {
        let registered = Visit { at: Timestamp::from_millis(1), from: Some([192, 0, 2, 1].into()) };
        let username = Username::from_store("alice".to_owned());
        let contact = Contact { mobile: Some("+8613800000000".to_owned()), ..Contact::default() };
        User { contact, ..User::new(UserId(1), Uuid::nil(), username, role, registered) }
    }

    #[test]
    fn only_the_owner_sees_private_fields() {
        let private = |session, account| OwnAccount::seen_as(session, user(account)).private;
        assert_eq!(private(Role::Visitor, Role::User), None);
        for role in [Role::Visitor, Role::User] {
            let own = private(role, role).unwrap();
            assert_eq!((own.contact, own.registered), (user(role).contact, user(role).registered));
        }
    }

    #[test]
    fn a_session_shows_its_own_role() {
        assert_eq!(OwnAccount::seen_as(Role::Visitor, user(Role::User)).role, Role::Visitor);
    }
}
