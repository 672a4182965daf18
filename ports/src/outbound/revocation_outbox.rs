use async_trait::async_trait;
use usher_domain::{Epoch, Timestamp, UserId};

use super::StoreError;

/// Sessions that have to be ended, because of a change that is in the database already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whose.
    pub user: UserId,
    /// All of generations before this one.
    pub epoch: Epoch,
    /// When the change was made.
    pub since: Timestamp,
}

/// Remembers which sessions have to be ended, so that a change is never in force without its sessions being ended,
/// whatever fails in between (the transactional outbox pattern).
///
/// - Every change that starts an epoch must leave a revocation, in the same transaction; no other may.
/// - The latest of each user must stay until it is forgotten for its age: a session store that lost what it was told
///   is told again.
#[async_trait]
pub trait RevocationOutbox: Send + Sync {
    /// A page of those made at `from` or later: the oldest first, those of one moment by user, and of the moment
    /// `from` itself only those of users after `after`.
    ///
    /// # Errors
    /// A failed store.
    async fn since(&self, from: Timestamp, after: UserId, limit: u32) -> Result<Vec<Revocation>, StoreError>;

    /// Forgets those made before a moment, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}
