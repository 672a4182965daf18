use async_trait::async_trait;

use crate::StoreError;

/// Counts what happens.
#[async_trait]
pub trait KeepStatistics: Send + Sync {
    /// Notes that a request was refused. Costs nothing: it is written down with the next flush.
    fn refused(&self);

    /// Writes down what was noted. What cannot be written is noted still.
    ///
    /// # Errors
    /// A failed store.
    async fn flush(&self) -> Result<(), StoreError>;

    /// Closes the days that are over.
    ///
    /// # Errors
    /// A failed store.
    async fn close(&self) -> Result<(), StoreError>;
}
