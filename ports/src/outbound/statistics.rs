use async_trait::async_trait;
use usher_domain::{Count, Day, Dimension, Measure, UserId};

use super::StoreError;

/// Keeps numbers by the day.
///
/// - What is added must be in the sum, also when it is added at once.
/// - A user who is active several times a day must be counted once that day, also after the day was closed.
#[async_trait]
pub trait Statistics: Send + Sync {
    /// Adds numbers to those of a day, and notes who was active on it.
    ///
    /// # Errors
    /// When the store fails; nothing was added then.
    async fn add(&self, day: Day, counts: &[(Count, u64)], active: &[UserId]) -> Result<(), StoreError>;

    /// The numbers of each day from `from` to `until`, both included; a day that is missing is zero.
    async fn totals(&self, from: Day, until: Day) -> Result<Vec<(Day, Measure, u64)>, StoreError>;

    /// How many new visitors said what, from `from` to `until`, both included: the most frequent first.
    async fn split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError>;

    /// Closes the days before `day`: of who was active on them the number stays.
    async fn close(&self, day: Day) -> Result<(), StoreError>;
}
