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
/// - It must stay until it is settled. Settling an earlier one must not take away a later one of the same user.
#[async_trait]
pub trait RevocationOutbox: Send + Sync {
    /// Those that are not settled, the oldest first.
    ///
    /// # Errors
    /// A failed store.
    async fn pending(&self, limit: u32) -> Result<Vec<Revocation>, StoreError>;

    /// Takes one away, whose sessions are known to be ended.
    ///
    /// # Errors
    /// A failed store.
    async fn settle(&self, revocation: &Revocation) -> Result<(), StoreError>;
}
