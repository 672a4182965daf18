use async_trait::async_trait;

use crate::outbound::StoreError;

/// Goes on with the jobs that change many users. Every node tries; one of them does.
#[async_trait]
pub trait RunBulkJobs: Send + Sync {
    /// Changes the next users of the job that waits longest. Tells whether this node had anything to do.
    ///
    /// # Errors
    /// When the store fails. No user of the step is changed then.
    async fn step(&self) -> Result<bool, StoreError>;

    /// Removes lists of users that were kept for long enough, in batches, and tells how many rows.
    ///
    /// # Errors
    /// When the store fails. What was removed before stays removed.
    async fn forget_lists(&self) -> Result<u64, StoreError>;
}
