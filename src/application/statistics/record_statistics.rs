use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Hour, RefusalReason, Timestamp};
use usher_ports::inbound::RecordStatistics;
use usher_ports::outbound::{Clock, Statistics, StoreError, UserDirectory};

use crate::Counters;

/// Records and shows statistics.
pub struct StatisticsService {
    /// Counters since the last flush.
    pub counters: Arc<Counters>,
    /// Keeps the numbers.
    pub statistics: Arc<dyn Statistics>,
    /// Counts the accounts.
    pub users: Arc<dyn UserDirectory>,
    pub clock: Arc<dyn Clock>,
    /// When the accounts are counted next.
    pub next_count: NextCount,
}

/// When this node counts the accounts next.
#[derive(Debug, Default)]
pub struct NextCount(Mutex<Timestamp>);

impl NextCount {
    fn due(&self, now: Timestamp) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) <= now
    }

    fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

/// A day is closed when the one after it is over, too: by then every node has written down what it noted.
const OPEN_DAYS: i64 = 1;

/// For how long the numbers of hours are kept: two days are shown, and one is to spare.
const HOURS_KEPT: i64 = 72;

/// Counting the accounts takes at most one part in so many of a node's time.
const SHARE_OF_COUNTING: u32 = 100;

#[async_trait]
impl RecordStatistics for StatisticsService {
    fn refused(&self, reason: RefusalReason) {
        self.counters.refused(reason, self.clock.now());
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.counters.flush(&self.statistics, self.clock.now()).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let day = self.counters.day(now).minus(OPEN_DAYS);
        self.statistics.close(day, Hour::of(now).minus(HOURS_KEPT)).await
    }

    async fn count_accounts(&self) -> Result<(), StoreError> {
        let started = self.clock.now();
        if !self.next_count.due(started) {
            return Ok(());
        }
        let totals = self.users.account_totals().await?;
        let took: Duration = self.clock.now().since(started);
        self.next_count.set(started.plus(took * SHARE_OF_COUNTING));
        self.statistics.keep_account_totals(self.counters.day(started), totals).await
    }
}
