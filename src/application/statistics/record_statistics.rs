use std::sync::Arc;

use async_trait::async_trait;
use usher_ports::inbound::RecordStatistics;
use usher_ports::outbound::{Clock, Statistics, StoreError};

use crate::Counters;

/// Records and shows statistics.
pub struct StatisticsService {
    /// Counters since the last flush.
    pub counters: Arc<Counters>,
    /// Keeps the numbers.
    pub statistics: Arc<dyn Statistics>,
    pub clock: Arc<dyn Clock>,
}

/// A day is closed when the one after it is over, too: by then every node has written down what it noted.
const OPEN_DAYS: i64 = 1;

#[async_trait]
impl RecordStatistics for StatisticsService {
    fn refused(&self) {
        self.counters.refused(self.clock.now());
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.counters.flush(&self.statistics).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.statistics.close(self.counters.day(self.clock.now()).minus(OPEN_DAYS)).await
    }
}
