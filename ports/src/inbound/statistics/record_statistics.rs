use async_trait::async_trait;
use usher_domain::RefusalReason;

use crate::StoreError;

/// Records statistics.
#[async_trait]
pub trait RecordStatistics: Send + Sync {
    /// Counts a refused request. It is written with the next flush.
    fn refused(&self, reason: RefusalReason);

    /// Writes the counters; those that cannot be written are kept for the next flush.
    async fn flush(&self) -> Result<(), StoreError>;

    /// Closes the days that are over.
    async fn close(&self) -> Result<(), StoreError>;

    /// Counts the accounts, unless it was done lately: the longer it takes, the less often it is done.
    async fn count_accounts(&self) -> Result<(), StoreError>;
}
