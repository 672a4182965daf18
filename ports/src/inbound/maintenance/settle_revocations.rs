use async_trait::async_trait;

use crate::StoreError;

/// Ends the sessions that a change has left to be ended: those that could not be ended at once, and those that the store
/// forgot it had ended.
#[async_trait]
pub trait SettleRevocations: Send + Sync {
    /// Ends the sessions of every revocation that is pending, and of all that are kept if the session store went back to an
    /// earlier state; returns how many revocations that were. To be called again and again, on any number of nodes, and any
    /// number of times at once.
    ///
    /// # Errors
    /// When the store fails; unconfirmed revocations are tried again the next time.
    async fn settle(&self) -> Result<u64, StoreError>;

    /// Forgets the revocations that were delivered, and so long ago that the session store has no snapshot as old; tells
    /// how many.
    async fn forget(&self) -> Result<u64, StoreError>;
}
