use async_trait::async_trait;
use usher_domain::{
    AuditContext, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkUser, NewBulkJob, Timestamp, UserId,
};
use uuid::Uuid;

use super::StoreError;

/// What the creation of a job came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkJobCreated {
    /// It was created, and runs.
    Created(Box<BulkJob>),
    /// The job that it is to undo does not exist or has not ended.
    NotEnded,
    /// The job that it is to undo is undone already.
    UndoneAlready,
}

/// The right of a node to step a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkLease {
    /// Which node.
    pub node: Uuid,
    /// Now, by the clock of that node.
    pub at: Timestamp,
    /// Until when other nodes leave the jobs alone, unless the lease is renewed. Clocks that differ only move the takeover:
    /// which step counts is decided by node and position.
    pub until: Timestamp,
}

/// Jobs that change many users, step by step.
///
/// - A job must be created with its entry in the audit log, and end with one that says what it came to; what an
///   administrator does to it must leave one, too.
/// - A step must change a batch of users, append their events and revocations, note what became of each, and move the job
///   on, all in one transaction.
/// - Only the node that holds the lease must step a job, and only from the position at which it found it: no user is
///   counted twice.
/// - A job must not come to users who registered after it was created, if its filter names the last one.
/// - An undo must bring back exactly what was before, of no user who was changed since, and there must be one at most.
#[async_trait]
pub trait BulkJobs: Send + Sync {
    /// Creates a job, which runs from now on.
    async fn create(&self, new: &NewBulkJob) -> Result<BulkJobCreated, StoreError>;

    /// Gives this node the running job that was stepped longest ago, unless another node holds a lease on any: however many
    /// nodes there are, one of them runs jobs.
    async fn claim(&self, lease: BulkLease) -> Result<Option<BulkJobId>, StoreError>;

    /// Goes on with a job by up to `limit` users; none if it is not this node's to step, or does not run.
    async fn step(&self, id: BulkJobId, lease: BulkLease, limit: u32) -> Result<Option<BulkJob>, StoreError>;

    /// Pauses, resumes or cancels a job; none where its state does not allow that.
    async fn control(
        &self,
        id: BulkJobId,
        control: BulkControl,
        context: &AuditContext,
    ) -> Result<Option<BulkJob>, StoreError>;

    /// A job.
    async fn find(&self, id: BulkJobId) -> Result<Option<BulkJob>, StoreError>;

    /// A page of jobs, the newest first, before this one.
    async fn list(&self, before: Option<BulkJobId>, limit: u32) -> Result<Vec<BulkJob>, StoreError>;

    /// A page of the users of a job with this outcome, from the highest id downwards, below `below`.
    async fn users(
        &self,
        id: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<BulkUser>, StoreError>;

    /// The jobs that changed a user, the newest first.
    async fn that_changed(&self, user: UserId, limit: u32) -> Result<Vec<BulkJob>, StoreError>;

    /// Removes up to `limit` rows of a list that was kept until before `now`; tells how many. The job itself stays.
    async fn forget_lists(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
