use async_trait::async_trait;

use crate::outbound::StoreError;

/// Removes events that are old, so that the log does not grow for ever.
#[async_trait]
pub trait PurgeEvents: Send + Sync {
    /// Removes events older than 30 days, in batches, and tells how many.
    ///
    /// # Errors
    /// When the store fails. What was removed before stays removed.
    async fn purge(&self) -> Result<u64, StoreError>;
}
