use async_trait::async_trait;
use usher_domain::{
    BulkAction, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkUser, Operator, Reason, UserFilter, UserId,
    Viewer,
};

use crate::inbound::AdminRefusal;

/// The users whom an administrator selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkSelection {
    /// One by one.
    Chosen(Vec<UserId>),
    /// All that match, up to the newest of whom the page knew.
    Matching(UserFilter),
}

/// A change of many users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkCommand {
    /// What is done to each.
    pub action: BulkAction,
    /// To whom.
    pub selection: BulkSelection,
    /// Why.
    pub reason: Reason,
    /// Whether enabling leaves bans that have an end or a reason.
    pub spares_bans: bool,
    /// The number that was typed.
    pub confirmed: Option<u32>,
}

/// What a change of many users would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkPlan {
    /// How many users it is about; none if they are more than are counted.
    pub total: Option<u32>,
    /// The number that has to be typed first, where so many are deleted that it has to be.
    pub ask: Option<u32>,
    /// The newest user it is about; none if they were chosen one by one.
    pub up_to: Option<UserId>,
}

/// What the command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkStarted {
    /// The job runs.
    Started(Box<BulkJob>),
    /// There are no users to change, or their number was not typed, or another one.
    Unconfirmed(BulkPlan),
}

/// A job as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkProgress {
    /// The job.
    pub job: BulkJob,
    /// Whether it can be undone now.
    pub can_be_undone: bool,
}

/// Changes many users by a job that goes on by itself: with no page open, on whichever node, and after a restart.
#[async_trait]
pub trait ManageBulkJobs: Send + Sync {
    /// What a change would be, counted now.
    async fn plan(
        &self,
        by: Operator<'_>,
        action: BulkAction,
        selection: &BulkSelection,
    ) -> Result<BulkPlan, AdminRefusal>;

    /// Starts a job. To delete more than a hundred users their number must have been typed; it is counted anew.
    async fn start(&self, by: Operator<'_>, command: BulkCommand) -> Result<BulkStarted, AdminRefusal>;

    /// Starts the job that undoes another one, or finds it.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`]; [`AdminRefusal::NotUndoable`] if the job has not ended, or its time is over.
    async fn undo(&self, by: Operator<'_>, job: BulkJobId) -> Result<BulkJob, AdminRefusal>;

    /// Pauses, resumes or cancels a job. One whose state does not allow that stays as it is.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn control(
        &self,
        by: Operator<'_>,
        job: BulkJobId,
        control: BulkControl,
    ) -> Result<BulkJob, AdminRefusal>;

    /// One job.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn find(&self, by: Viewer<'_>, job: BulkJobId) -> Result<BulkProgress, AdminRefusal>;

    /// A page of jobs, the newest first, before this one.
    async fn list(
        &self,
        by: Viewer<'_>,
        before: Option<BulkJobId>,
        limit: u32,
    ) -> Result<Vec<BulkJob>, AdminRefusal>;

    /// A page of the users of a job with this outcome, from the highest id downwards.
    async fn users(
        &self,
        by: Viewer<'_>,
        job: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<BulkUser>, AdminRefusal>;

    /// The jobs that changed a user, the newest first.
    async fn that_changed(
        &self,
        by: Viewer<'_>,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<BulkJob>, AdminRefusal>;
}
