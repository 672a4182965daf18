use std::str::FromStr;

use uuid::Uuid;

use crate::{Role, Status, Timestamp, UnknownName, User, UserId};

/// What happened to an account, as a chat server names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventType {
    /// A visitor or a registered user was added.
    UserCreated,
    /// A visitor became a registered user.
    UserUpgraded,
    /// Name, nickname, picture or password changed.
    UserUpdated,
    /// The account may no longer be used.
    UserDisabled,
    /// The account may be used again.
    UserEnabled,
    /// The account was deleted and can be restored.
    UserDeleted,
    /// The deletion was taken back.
    UserRestored,
    /// The account was removed for good.
    UserPurged,
}

impl EventType {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::UserCreated,
        Self::UserUpgraded,
        Self::UserUpdated,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::UserDeleted,
        Self::UserRestored,
        Self::UserPurged,
    ];

    /// The name that is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user.created",
            Self::UserUpgraded => "user.upgraded",
            Self::UserUpdated => "user.updated",
            Self::UserDisabled => "user.disabled",
            Self::UserEnabled => "user.enabled",
            Self::UserDeleted => "user.deleted",
            Self::UserRestored => "user.restored",
            Self::UserPurged => "user.purged",
        }
    }
}

impl FromStr for EventType {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(UnknownName)
    }
}

/// An event of an account. It carries no personal data: a receiver that needs some asks for it.
///
/// The account's number is not part of it, because the database gives it out in the statement that writes both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub event_type: EventType,
    /// When.
    pub at: Timestamp,
    /// The account's public id.
    pub uuid: Uuid,
    /// The account's role afterwards.
    pub role: Role,
    /// The account's status afterwards.
    pub status: Status,
}

impl Event {
    /// Of an account as it is after the change.
    pub const fn of(event_type: EventType, after: &User, at: Timestamp) -> Self {
        Self { event_type, at, uuid: after.uuid, role: after.role, status: after.status }
    }
}

/// An event as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its number in the log. A transaction that began earlier may commit later, so a lower one may appear after a higher.
    pub id: i64,
    /// Whose it is.
    pub user: UserId,
    /// What it says.
    pub event: Event,
}
