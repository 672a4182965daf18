use async_trait::async_trait;

use crate::outbound::StoreError;

/// Ends the sessions that a change has left to be ended: those that could not be ended at once, and those that the store
/// forgot it had ended.
#[async_trait]
pub trait SettleRevocations: Send + Sync {
    /// Ends the sessions of every revocation since the store's checkpoint; tells how many revocations that were. To be
    /// called again and again, on any number of nodes.
    ///
    /// # Errors
    /// A failed store. All of it is tried the next time.
    async fn settle(&self) -> Result<u64, StoreError>;

    /// Forgets the revocations that the store was told of and that are older than any snapshot it may come back from;
    /// tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn forget(&self) -> Result<u64, StoreError>;
}
