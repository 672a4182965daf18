use async_trait::async_trait;
use usher_domain::{Epoch, Timestamp, UserId};

use super::{StoreError, SyncToken};

/// Sessions that have to be ended, because of a change that is in the database already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whose.
    pub user: UserId,
    /// All of epochs before this one.
    pub epoch: Epoch,
}

/// What has to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The state of the session store that holds everything which was confirmed. Read together with the revocations.
    pub token: SyncToken,
    /// By user.
    pub revocations: Vec<Revocation>,
}

/// Remembers which sessions have to be ended, so that a change is never in force without its sessions being ended,
/// whatever fails in between (the transactional outbox pattern).
///
/// - Every change that starts an epoch must leave a revocation, in the same transaction; no other may.
/// - It must be pending from the moment on in which the change can be seen until this epoch is confirmed. No clock
///   decides that.
/// - The latest of each user must stay until it is forgotten for its age, also when the user is removed: a session store
///   that lost what it was told is told again.
/// - Reading what is pending must wait for no change that is under way, and neither must a confirmation.
#[async_trait]
pub trait RevocationOutbox: Send + Sync {
    /// A page of those that were not confirmed, of users after `after`, by user.
    async fn pending(&self, after: UserId, limit: u32) -> Result<Pending, StoreError>;

    /// A page of all that are kept, of users after `after`, by user.
    async fn kept(&self, after: UserId, limit: u32) -> Result<Vec<Revocation>, StoreError>;

    /// Notes that the session store was told these, and that `next` names the state in which it was told them and
    /// everything that was confirmed when the token was `seen`. Tells whether that was noted: where the token is another
    /// one by now, nothing is.
    ///
    /// A revocation whose epoch is a later one by now, or that a change under way holds, stays pending.
    async fn confirm(
        &self,
        seen: SyncToken,
        next: SyncToken,
        delivered: &[Revocation],
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets those that were made and confirmed before `before`, and none that is pending; returns how many.
    async fn forget_confirmed(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Forgets those that were made before `before`, pending or not, where no session store is told any; returns how many.
    async fn forget_all(&self, before: Timestamp) -> Result<u64, StoreError>;
}
