use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_ports::inbound::PurgeEvents;
use usher_ports::outbound::{Clock, EventLog, StoreError};

/// How long events are kept: long enough for a chat server that was away to catch up.
const KEEP: Duration = Duration::from_hours(30 * 24);

/// How many events one transaction removes.
const BATCH: u32 = 1_000;

/// How many batches one run removes at most, so that it ends.
const BATCHES: u32 = 100;

/// Removes old events.
pub struct PurgeEventsService {
    /// Keeps them.
    pub events: Arc<dyn EventLog>,
    /// Says what is old.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl PurgeEvents for PurgeEventsService {
    async fn purge(&self) -> Result<u64, StoreError> {
        let before = self.clock.now().minus(KEEP);
        let mut removed = 0;
        for _ in 0..BATCHES {
            let some = self.events.forget(before, BATCH).await?;
            removed += some;
            if some < u64::from(BATCH) {
                break;
            }
        }
        Ok(removed)
    }
}
