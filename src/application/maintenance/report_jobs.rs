use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use usher_ports::inbound::{JobRun, ReportJobs};

/// Remembers the last run of each background job of this node.
#[derive(Debug, Default)]
pub struct JobLog(Mutex<BTreeMap<&'static str, JobRun>>);

impl JobLog {
    /// Notes a run that is over.
    pub fn note(&self, run: JobRun) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run.job, run);
    }
}

impl ReportJobs for JobLog {
    fn last_runs(&self) -> Vec<JobRun> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }
}
