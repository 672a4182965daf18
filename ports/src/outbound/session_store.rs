use std::num::NonZeroU32;

use async_trait::async_trait;
use usher_domain::{Epoch, Role, Session, SessionId, Timestamp, UserId};

use super::StoreError;

/// Whether a session came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It is live.
    Live,
    /// Its epoch had been ended before it was stored; nothing was stored.
    Superseded,
}

/// Keeps sessions.
///
/// - A session must be found as it was started, until it is ended, and only for its user. A store that keeps sessions
///   beside the accounts ends them in the commit that disables, deletes or upgrades the account.
/// - Starting one more than `keep` of a user and a role must end the one that started first, and none of
///   another role or another user.
/// - Ending the sessions before an epoch must end every older one, and none may be started from then on, however the
///   two race.
/// - Ending the sessions of one role must leave those of the other.
/// - Where a session was opened must be kept, and extending must leave it.
/// - Extending must not bring back a session that was ended.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a session, keeping at most `keep` of this user and role.
    async fn start(&self, session: &Session, keep: NonZeroU32) -> Result<Started, StoreError>;

    /// A user's session that was not ended; it may have expired.
    async fn find(&self, user: UserId, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// The sessions of a user that were not ended, newest first.
    async fn list(&self, user: UserId) -> Result<Vec<Session>, StoreError>;

    /// Notes that a session was used.
    async fn extend(
        &self,
        user: UserId,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends one session, if it is there.
    async fn end(&self, user: UserId, id: SessionId) -> Result<(), StoreError>;

    /// Ends a user's sessions of one role.
    async fn end_role(&self, user: UserId, role: Role) -> Result<(), StoreError>;

    /// Ends a user's sessions of all epochs before `epoch`, for good.
    async fn end_before(&self, user: UserId, epoch: Epoch) -> Result<(), StoreError>;

    /// Forgets sessions that expired before `before`; returns how many. Stores that forget by themselves have nothing
    /// to do.
    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError>;
}
