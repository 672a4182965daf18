use async_trait::async_trait;
use usher_domain::{AccountTotals, Count, Day, Dimension, Hour, Measure, RefusalReason, Timestamp, UserId};

use super::StoreError;

/// What was counted in one hour.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The day that the hour belongs to. An hour in which a day begins is added in two parts.
    pub day: Day,
    /// The hour.
    pub hour: Hour,
    /// The numbers.
    pub counts: Vec<(Count, u64)>,
    /// Who was active.
    pub active: Vec<UserId>,
    /// When they were seen last.
    pub seen_at: Timestamp,
}

/// Keeps numbers by the day, and for some days also by the hour.
///
/// - What is added must be in the sum, also when it is added at once.
/// - A user who is active several times a day must be counted once that day, also after the day was closed.
/// - A user who is online must be counted once, also where the day just changed.
#[async_trait]
pub trait Statistics: Send + Sync {
    /// Adds numbers to those of their day and hour, and notes who was active.
    ///
    /// # Errors
    /// When the store fails; nothing was added then.
    async fn add(&self, counted: &Counted) -> Result<(), StoreError>;

    /// The numbers of each day from `from` to `until`, both included; a day that is missing is zero.
    async fn totals(&self, from: Day, until: Day) -> Result<Vec<(Day, Measure, u64)>, StoreError>;

    /// The numbers of each hour from `from` to `until`, both included, without active people; an hour that is missing is
    /// zero.
    async fn hours(&self, from: Hour, until: Hour) -> Result<Vec<(Hour, Measure, u64)>, StoreError>;

    /// How many new visitors said what, from `from` to `until`, both included: the most frequent first.
    async fn split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError>;

    /// How many requests were refused for what, from `from` to `until`, both included: the most frequent first, without
    /// those that are zero.
    async fn refusals(&self, from: Day, until: Day) -> Result<Vec<(RefusalReason, u64)>, StoreError>;

    /// How many people were seen after `since`, which is today or yesterday.
    async fn online(&self, since: Timestamp) -> Result<u64, StoreError>;

    /// Keeps how many accounts there are on a day, in place of what was kept for it before.
    async fn keep_account_totals(&self, day: Day, totals: AccountTotals) -> Result<(), StoreError>;

    /// How many accounts there were: as kept for `day`, or else for the day before it that is nearest.
    async fn account_totals(&self, day: Day) -> Result<Option<AccountTotals>, StoreError>;

    /// Closes the days before `day`: of who was active on them the number stays. Forgets the numbers of the hours before
    /// `hour`.
    async fn close(&self, day: Day, hour: Hour) -> Result<(), StoreError>;
}
