use std::time::Duration;

use usher_domain::Timestamp;

/// The last run of a background job on this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// The job.
    pub job: &'static str,
    /// When the run began.
    pub started_at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Whether it did what it should. A job that failed runs again at its next time.
    pub succeeded: bool,
}

/// Tells operators what runs in the background.
pub trait ReportJobs: Send + Sync {
    /// The last run of each job that ran since the start, by name.
    fn last_runs(&self) -> Vec<JobRun>;
}
