use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{
    BulkAction, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkTarget, BulkUser, NewBulkJob, Operator,
    UserFilter, UserId, UserOrder, Viewer,
};
use usher_ports::inbound::{
    AdminRefusal, BulkCommand, BulkPlan, BulkProgress, BulkSelection, BulkStarted, ManageBulkJobs,
};
use usher_ports::outbound::{BulkJobCreated, BulkJobs, Clock, StoreError, UserDirectory};

/// Starts, steers and shows jobs that change many users.
pub struct ManageBulkJobsService {
    pub jobs: Arc<dyn BulkJobs>,
    /// Counts the users.
    pub directory: Arc<dyn UserDirectory>,
    pub clock: Arc<dyn Clock>,
    /// How long deleted users are kept.
    pub keep_deleted: Duration,
}

/// How far users are counted.
const MOST_COUNTED: u32 = 1_000_000;

/// So many are deleted without typing their number.
const MOST_DELETED: u32 = 100;

impl ManageBulkJobsService {
    /// The plan, and the users it is about: each once, and of those who match none who registers from now on.
    async fn planned(
        &self,
        action: BulkAction,
        selection: &BulkSelection,
    ) -> Result<(BulkPlan, BulkTarget), StoreError> {
        let (total, target, up_to) = match selection {
            BulkSelection::Chosen(ids) => {
                let mut seen = HashSet::new();
                let ids: Vec<_> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
                (u32::try_from(ids.len()).ok(), BulkTarget::Chosen(ids), None)
            }
            BulkSelection::Matching(filter) => {
                let up_to = match filter.up_to {
                    Some(last) => last,
                    None => self.newest().await?,
                };
                let filter = UserFilter { up_to: Some(up_to), ..filter.clone() };
                let found = self.directory.count(&filter, MOST_COUNTED + 1).await?;
                ((found <= MOST_COUNTED).then_some(found), BulkTarget::Matching(filter), Some(up_to))
            }
        };
        let many = total.unwrap_or(MOST_COUNTED);
        let ask = (action == BulkAction::Delete && many > MOST_DELETED).then_some(many);
        Ok((BulkPlan { total, ask, up_to }, target))
    }

    async fn newest(&self) -> Result<UserId, StoreError> {
        let newest = self.directory.list(&UserFilter::default(), &UserOrder::Newest.start(), 1).await?;
        Ok(newest.first().map_or(UserId(0), |user| user.id))
    }

    async fn job(&self, id: BulkJobId) -> Result<BulkJob, AdminRefusal> {
        self.jobs.find(id).await?.ok_or(AdminRefusal::NotFound)
    }

    fn can_be_undone(&self, job: &BulkJob) -> bool {
        job.can_be_undone(self.clock.now(), self.keep_deleted)
    }
}

#[async_trait]
impl ManageBulkJobs for ManageBulkJobsService {
    async fn plan(
        &self,
        _by: Operator<'_>,
        action: BulkAction,
        selection: &BulkSelection,
    ) -> Result<BulkPlan, AdminRefusal> {
        Ok(self.planned(action, selection).await?.0)
    }

    async fn start(&self, by: Operator<'_>, command: BulkCommand) -> Result<BulkStarted, AdminRefusal> {
        let BulkCommand { action, selection, reason, spares_bans, confirmed } = command;
        let (plan, target) = self.planned(action, &selection).await?;
        if plan.total == Some(0) || plan.ask.is_some_and(|number| confirmed != Some(number)) {
            return Ok(BulkStarted::Unconfirmed(plan));
        }
        let context = by.administrator().context(self.clock.now()).because(reason);
        let spares_bans = spares_bans || action != BulkAction::Enable;
        let new = NewBulkJob { action, target, spares_bans, total: plan.total, context };
        match self.jobs.create(&new).await? {
            BulkJobCreated::Created(job) => Ok(BulkStarted::Started(job)),
            BulkJobCreated::NotEnded | BulkJobCreated::UndoneAlready => Err(AdminRefusal::NotUndoable),
        }
    }

    async fn undo(&self, by: Operator<'_>, id: BulkJobId) -> Result<BulkJob, AdminRefusal> {
        let job = self.job(id).await?;
        if let Some(undo) = job.undone_by {
            return self.job(undo).await;
        }
        if !self.can_be_undone(&job) {
            return Err(AdminRefusal::NotUndoable);
        }
        let new = NewBulkJob {
            action: job.action.inverse(),
            target: BulkTarget::Undoing(id),
            spares_bans: true,
            total: Some(job.counts.changed),
            context: by.administrator().context(self.clock.now()),
        };
        match self.jobs.create(&new).await? {
            BulkJobCreated::Created(undo) => Ok(*undo),
            BulkJobCreated::NotEnded => Err(AdminRefusal::NotUndoable),
            // Another administrator was quicker.
            BulkJobCreated::UndoneAlready => {
                self.job(self.job(id).await?.undone_by.ok_or(AdminRefusal::NotFound)?).await
            }
        }
    }

    async fn control(
        &self,
        by: Operator<'_>,
        id: BulkJobId,
        control: BulkControl,
    ) -> Result<BulkJob, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        match self.jobs.control(id, control, &context).await? {
            Some(job) => Ok(job),
            None => self.job(id).await,
        }
    }

    async fn find(&self, _by: Viewer<'_>, id: BulkJobId) -> Result<BulkProgress, AdminRefusal> {
        let job = self.job(id).await?;
        Ok(BulkProgress { can_be_undone: self.can_be_undone(&job), job })
    }

    async fn list(
        &self,
        _by: Viewer<'_>,
        before: Option<BulkJobId>,
        limit: u32,
    ) -> Result<Vec<BulkJob>, AdminRefusal> {
        Ok(self.jobs.list(before, limit).await?)
    }

    async fn users(
        &self,
        _by: Viewer<'_>,
        id: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<BulkUser>, AdminRefusal> {
        Ok(self.jobs.users(id, outcome, below, limit).await?)
    }

    async fn that_changed(
        &self,
        _by: Viewer<'_>,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<BulkJob>, AdminRefusal> {
        Ok(self.jobs.that_changed(user, limit).await?)
    }
}
