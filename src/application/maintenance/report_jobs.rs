use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use usher_ports::inbound::{JobRun, ReportJobs};

/// Remembers the last run of each background job of this node.
#[derive(Debug, Default)]
pub struct ReportJobsService(Mutex<BTreeMap<&'static str, JobRun>>);

impl ReportJobsService {
    /// Notes a run that is over.
    pub fn note(&self, run: JobRun) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run.job, run);
    }
}

impl ReportJobs for ReportJobsService {
    fn last_runs(&self) -> Vec<JobRun> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }
}
