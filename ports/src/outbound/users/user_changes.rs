use async_trait::async_trait;
use usher_domain::{AuditContext, Declined, DeviceId, User, UserChange, UserId, Version};

use crate::outbound::StoreError;

/// The outcome of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The change was written.
    Done(Box<User>),
    /// The account was already as requested.
    Unchanged(Box<User>),
    /// The account has another version than expected.
    Conflict(Box<User>),
    /// Another user has this name.
    UsernameTaken,
    /// The change does not apply to this account.
    NotApplicable,
    /// There is no such user.
    NotFound,
}

impl Changed {
    /// Nothing was written to an account that is so.
    pub fn declined(why: Declined, user: User) -> Self {
        match why {
            Declined::Unchanged => Self::Unchanged(Box::new(user)),
            Declined::Conflict => Self::Conflict(Box::new(user)),
            Declined::NotApplicable => Self::NotApplicable,
        }
    }
}

/// The outcome of unlinking a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It was unlinked.
    Done,
    /// The account is a visitor's, who has no other way back.
    OfVisitor,
    /// There is no such user, or the device is not linked to them.
    NotLinked,
}

/// Changes accounts for administrators.
///
/// - Leaving the state enabled, a new password and deletion must start an epoch; enabling must not.
/// - Nothing must be changed from another version than the expected one, and usernames must stay unique by key.
/// - A device that was unlinked must be as free as one that was never seen.
/// - A change must leave an entry in the audit log, in the same transaction, if it changed anything.
#[async_trait]
pub trait UserChanges: Send + Sync {
    /// Changes an account as [`UserChange::decide`] says, from the expected version if one is given, and writes down who did
    /// it.
    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        expected: Option<Version>,
        context: &AuditContext,
    ) -> Result<Changed, StoreError>;

    /// Unlinks a device from a registered user, and writes down who did it.
    async fn unlink(
        &self,
        id: UserId,
        device: &DeviceId,
        context: &AuditContext,
    ) -> Result<Unlinked, StoreError>;
}
