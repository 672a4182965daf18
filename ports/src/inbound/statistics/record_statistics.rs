use async_trait::async_trait;

use crate::StoreError;

/// Records statistics.
#[async_trait]
pub trait RecordStatistics: Send + Sync {
    /// Counts a refused request. It is written with the next flush.
    fn refused(&self);

    /// Writes the counters; those that cannot be written are kept for the next flush.
    async fn flush(&self) -> Result<(), StoreError>;

    /// Closes the days that are over.
    async fn close(&self) -> Result<(), StoreError>;
}
