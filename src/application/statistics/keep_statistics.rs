use std::sync::Arc;

use async_trait::async_trait;
use usher_ports::inbound::KeepStatistics;
use usher_ports::outbound::{Clock, Statistics, StoreError};

use crate::Tally;

/// Writes numbers down, and shows them.
pub struct StatisticsKeeping {
    /// What was noted.
    pub tally: Arc<Tally>,
    /// Keeps the numbers.
    pub statistics: Arc<dyn Statistics>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// A day is closed when the one after it is over, too: by then every node has written down what it noted.
const OPEN_DAYS: i64 = 1;

#[async_trait]
impl KeepStatistics for StatisticsKeeping {
    fn refused(&self) {
        self.tally.refused(self.clock.now());
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.tally.flush(&self.statistics).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.statistics.close(self.tally.day(self.clock.now()).minus(OPEN_DAYS)).await
    }
}
