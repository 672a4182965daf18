//! The laws of [`BulkJobs`].

mod controlling;
mod going;
mod undoing;

use std::sync::Arc;

use usher_domain::{
    AuditFilter, AuditRecord, BulkAction, BulkJob, BulkJobId, BulkOutcome, BulkState, BulkTarget, BulkUser,
    NewBulkJob, User, UserFilter, UserId,
};
use uuid::Uuid;

use super::{context, later, new_uuid};
use crate::outbound::{
    AuditLog, BulkJobCreated, BulkJobs, BulkLease, EventLog, RevocationOutbox, UserRepository,
};

pub use controlling::*;
pub use going::*;
pub use undoing::*;

/// Jobs, and what they change.
pub struct BulkStage {
    /// The jobs.
    pub jobs: Arc<dyn BulkJobs>,
    /// The users whom they change.
    pub users: Arc<dyn UserRepository>,
    /// What is told about both.
    pub audit: Arc<dyn AuditLog>,
    /// What chat servers are told.
    pub events: Arc<dyn EventLog>,
    /// Which sessions have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
}

/// A node, and what its clock says: seconds after the laws begin.
#[derive(Clone, Copy)]
pub(crate) struct Node(Uuid);

/// How long the leases of the laws last, in seconds.
const LEASE: u32 = 10;

impl Node {
    pub(crate) fn new() -> Self {
        Self(new_uuid())
    }

    pub(crate) fn lease(self, seconds: u32) -> BulkLease {
        BulkLease { node: self.0, at: later(seconds), until: later(seconds + LEASE) }
    }
}

pub(crate) fn new_job(action: BulkAction, target: BulkTarget) -> NewBulkJob {
    NewBulkJob { action, target, spares_bans: true, total: Some(3), context: context(100) }
}

/// All who registered up to this user.
pub(crate) fn up_to(user: &User) -> BulkTarget {
    BulkTarget::Matching(UserFilter { deleted: Some(false), up_to: Some(user.id), ..UserFilter::default() })
}

pub(crate) fn chosen(users: &[&User]) -> BulkTarget {
    BulkTarget::Chosen(users.iter().map(|user| user.id).collect())
}

impl BulkStage {
    pub(crate) async fn create(&self, new: &NewBulkJob) -> BulkJob {
        match self.jobs.create(new).await.expect("an answer") {
            BulkJobCreated::Created(job) => *job,
            refused => unreachable!("a job was refused: {refused:?}"),
        }
    }

    pub(crate) async fn start(&self, action: BulkAction, target: BulkTarget) -> BulkJob {
        self.create(&new_job(action, target)).await
    }

    pub(crate) async fn job(&self, id: BulkJobId) -> BulkJob {
        self.jobs.find(id).await.expect("an answer").expect("the job")
    }

    /// Steps the job by a node of its own until it has ended.
    pub(crate) async fn finish(&self, id: BulkJobId) -> BulkJob {
        self.finish_at(id, 200).await
    }

    pub(crate) async fn finish_at(&self, id: BulkJobId, seconds: u32) -> BulkJob {
        let lease = Node::new().lease(seconds);
        for _ in 0..50 {
            assert!(self.jobs.claim(lease).await.expect("an answer").is_some(), "no job to step");
            let job = self.jobs.step(id, lease, 2).await.expect("an answer").expect("a step");
            if job.state == BulkState::Finished {
                assert_eq!(self.job(id).await, job);
                return job;
            }
        }
        unreachable!("the job does not finish")
    }

    pub(crate) async fn done(&self, action: BulkAction, target: BulkTarget) -> BulkJob {
        let id = self.start(action, target).await.id;
        self.finish(id).await
    }

    pub(crate) async fn listed(&self, id: BulkJobId, outcome: BulkOutcome) -> Vec<BulkUser> {
        self.jobs.users(id, outcome, None, 100).await.expect("a list")
    }

    pub(crate) async fn ids(&self, id: BulkJobId, outcome: BulkOutcome) -> Vec<UserId> {
        self.listed(id, outcome).await.into_iter().map(|user| user.user).collect()
    }

    /// The entries of the audit log, the oldest first.
    pub(crate) async fn entries(&self) -> Vec<AuditRecord> {
        let mut entries = self.audit.list(&AuditFilter::default(), None, 1_000).await.expect("entries");
        entries.reverse();
        entries.into_iter().map(|entry| entry.record).collect()
    }
}

/// Tests jobs: `bulk_jobs_contract!(sqlite, setup())`, where the setup yields `(BulkStage, guard)`.
#[macro_export]
macro_rules! bulk_jobs_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            bulk_jobs,
            [
                a_job_changes_those_who_match_and_no_one_else,
                chosen_users_are_changed_and_those_missing_are_named,
                each_change_of_a_job_has_its_event_and_its_revocation,
                bans_and_deleted_accounts_are_left_alone,
                a_filter_is_kept_as_it_was,
                one_node_at_a_time_steps_jobs,
                a_node_that_dies_is_replaced_and_no_user_is_counted_twice,
                steps_at_once_count_each_user_once,
                running_jobs_take_turns,
                a_job_is_paused_resumed_and_cancelled,
                a_job_has_an_entry_for_all_that_is_done_to_it,
                jobs_and_their_users_are_listed_page_by_page,
                old_lists_are_forgotten_and_jobs_stay,
                an_undo_brings_back_exactly_what_was,
                an_undo_leaves_those_who_were_changed_since,
                a_job_is_undone_once_and_when_it_has_ended,
                an_undo_can_be_undone,
            ]
        );
    };
}
