use async_trait::async_trait;
use usher_domain::{AuditContext, Declined, User, UserChange, UserId, Version};

use crate::outbound::StoreError;

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The account is as it was wanted now.
    Done(Box<User>),
    /// It was so before.
    Unchanged(Box<User>),
    /// The row was changed since the caller looked.
    Conflict(Box<User>),
    /// The name is somebody else's.
    UsernameTaken,
    /// It makes no sense for this account.
    NotApplicable,
    /// There is nobody.
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

/// Changes accounts for administrators.
///
/// - Leaving the state enabled, a new password and deletion must start an epoch; enabling must not.
/// - Nothing must be changed from another version than the expected one, and usernames must stay unique by key.
/// - A change must leave an entry in the audit log, in the same transaction, if it changed anything.
#[async_trait]
pub trait UserChanges: Send + Sync {
    /// Changes an account as [`UserChange::decide`] says, from the expected version if one is given, and writes down who did
    /// it.
    ///
    /// # Errors
    /// A failed store.
    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        expected: Option<Version>,
        context: &AuditContext,
    ) -> Result<Changed, StoreError>;
}
