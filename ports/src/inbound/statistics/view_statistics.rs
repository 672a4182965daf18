use async_trait::async_trait;
use usher_domain::{AccountTotals, Day, Dimension, Hour, Measure, RefusalReason, Viewer};

use crate::inbound::AdminRefusal;

/// What a dashboard looks back on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSpan {
    /// The last 24 hours, the present one being the last.
    Hours,
    /// So many days, today being the last.
    Days(u32),
}

/// The last hour or day of an overview, which is not over yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastSlot {
    /// The numbers are those of hours.
    Hour(Hour),
    /// The numbers are those of days.
    Day(Day),
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// What is counted.
    pub measure: Measure,
    /// The number of each hour or day, the oldest first.
    pub now: Vec<u64>,
    /// The same of as long a time before.
    pub before: Vec<u64>,
}

/// The numbers of some time.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The end of it.
    pub last: LastSlot,
    /// The measures; those of hours leave out who was active, which is counted by the day.
    pub trends: Vec<Trend>,
    /// How many accounts there are.
    pub accounts: AccountTotals,
    /// How many there were before, as far back as the trends go, if they were counted then.
    pub accounts_before: Option<AccountTotals>,
    /// How many people were seen in the last five minutes.
    pub online: u64,
    /// What requests of these days were refused for, the most frequent first.
    pub refusals: Vec<(RefusalReason, u64)>,
    /// What new visitors of these days came with, the most frequent first.
    pub splits: Vec<(Dimension, Vec<(String, u64)>)>,
}

/// Shows administrators how things go.
#[async_trait]
pub trait ViewStatistics: Send + Sync {
    /// The numbers of a span of time. What this node has noted is written down before.
    async fn overview(&self, by: Viewer<'_>, span: TimeSpan) -> Result<Overview, AdminRefusal>;
}
