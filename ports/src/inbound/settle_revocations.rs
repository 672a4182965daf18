use async_trait::async_trait;

use crate::outbound::StoreError;

/// Ends the sessions that a change has left to be ended, and that could not be ended at once.
#[async_trait]
pub trait SettleRevocations: Send + Sync {
    /// Tries each of them; tells how many are settled. To be called again and again, on any number of nodes.
    ///
    /// # Errors
    /// A failed store. What was not settled is tried the next time.
    async fn settle(&self) -> Result<u64, StoreError>;
}
