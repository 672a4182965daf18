use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_ports::inbound::{RunBulkJobs, SettleRevocations};
use usher_ports::outbound::{BulkJobs, BulkLease, Clock, StoreError};
use uuid::Uuid;

/// Goes on with jobs that change many users.
pub struct RunBulkJobsService {
    pub jobs: Arc<dyn BulkJobs>,
    /// Ends the sessions of those whom a step disabled or deleted.
    pub revocations: Arc<dyn SettleRevocations>,
    pub clock: Arc<dyn Clock>,
    /// What tells this node, since it was started, from the others.
    pub node: Uuid,
}

/// How many users one transaction changes: those who log in wait for no longer than that takes.
const BATCH: u32 = 100;

/// How soon another node goes on after this one was killed. A step takes milliseconds.
const LEASE: Duration = Duration::from_secs(10);

/// How many rows one transaction removes, and how many transactions one run has at most.
const FORGOTTEN: u32 = 1_000;
const RUNS: u32 = 200;

#[async_trait]
impl RunBulkJobs for RunBulkJobsService {
    async fn step(&self) -> Result<bool, StoreError> {
        let at = self.clock.now();
        let lease = BulkLease { node: self.node, at, until: at.plus(LEASE) };
        let Some(id) = self.jobs.claim(lease).await? else { return Ok(false) };
        let stepped = self.jobs.step(id, lease, BATCH).await?;
        // What cannot be delivered now stays pending, and the job that settles revocations delivers it.
        if let Err(error) = self.revocations.settle().await {
            error.log("the sessions of a bulk job could not be ended at once");
        }
        if let Some(job) = stepped.filter(|job| job.state.has_ended()) {
            let (job, users) = (id.0, job.counts.changed);
            tracing::info!(job, users, "a bulk job finished");
        }
        Ok(true)
    }

    async fn forget_lists(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut forgotten = 0;
        for _ in 0..RUNS {
            match self.jobs.forget_lists(now, FORGOTTEN).await? {
                0 => break,
                rows => forgotten += rows,
            }
        }
        Ok(forgotten)
    }
}
