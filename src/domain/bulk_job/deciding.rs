//! What a job does to one user.

use std::time::Duration;

use super::{
    AccountState, BulkAction, BulkCounts, BulkJob, BulkJobId, BulkOutcome, BulkState, BulkTarget, BulkUser,
    NewBulkJob,
};
use crate::{AuditContext, Decision, Declined, Reason, Status, Timestamp, User, UserChange, UserId, Version};

impl NewBulkJob {
    /// The job with this number, which has not come to any user yet.
    pub fn job(&self, id: BulkJobId) -> BulkJob {
        let (filter, undoes) = match &self.target {
            BulkTarget::Chosen(_) => (None, None),
            BulkTarget::Matching(filter) => (Some(filter.clone()), None),
            BulkTarget::Undoing(job) => (None, Some(*job)),
        };
        BulkJob {
            id,
            action: self.action,
            filter,
            undoes,
            undone_by: None,
            spares_bans: self.spares_bans,
            by: self.context.by.clone(),
            from: self.context.from,
            reason: self.context.reason.clone(),
            state: BulkState::Running,
            total: self.total,
            counts: BulkCounts::default(),
            position: UserId(i64::MAX),
            created_at: self.context.at,
            updated_at: self.context.at,
            ended_at: None,
            listed_until: None,
        }
    }
}

impl BulkJob {
    /// How long the list of its users is kept after it ended.
    pub const KEEP_LIST: Duration = Duration::from_hours(90 * 24);

    /// That it changes users at this time.
    pub fn context(&self, at: Timestamp) -> AuditContext {
        AuditContext { by: self.by.clone(), from: self.from, at, reason: self.reason.clone() }
    }

    /// Whether it can be undone: a deletion only as long as deleted users are kept.
    pub fn can_be_undone(&self, now: Timestamp, keep_deleted: Duration) -> bool {
        let in_time = self.action != BulkAction::Delete || self.created_at.plus(keep_deleted) > now;
        self.state.has_ended()
            && self.counts.changed > 0
            && self.undone_by.is_none()
            && self.listed_until.is_some_and(|until| until > now)
            && in_time
    }

    /// Decides what becomes of a user; `recorded` is what the job that is undone left about the same user.
    ///
    /// The decision has no entry for the audit log: the job has one.
    pub fn decide(
        &self,
        user: &User,
        recorded: Option<&BulkUser>,
        at: Timestamp,
    ) -> (BulkUser, Option<Decision>) {
        let decided = match (self.undoes, recorded) {
            (None, _) => self
                .change(user)
                .ok_or(Declined::Unchanged)
                .and_then(|change| change.decide(user, None, &self.context(at))),
            (Some(_), Some(was)) => UserChange::Revert(self.action, Box::new(was.before.clone())).decide(
                user,
                Some(was.version),
                &self.context(at),
            ),
            (Some(_), None) => Err(Declined::Unchanged),
        };
        let (outcome, decision) = match decided {
            Ok(decision) => (BulkOutcome::Changed, Some(Decision { audit: None, ..decision })),
            Err(Declined::Conflict) => (BulkOutcome::ChangedSince, None),
            Err(Declined::Unchanged | Declined::NotApplicable) => (BulkOutcome::Unchanged, None),
        };
        let after = decision.as_ref().map_or(user, |decision| &decision.after);
        let left = BulkUser {
            user: user.id,
            username: user.username.to_string(),
            outcome,
            before: AccountState::of(user),
            version: after.version,
        };
        (left, decision)
    }

    /// The change of a user; none for those that match no longer. Deleted accounts are neither enabled nor disabled.
    fn change(&self, user: &User) -> Option<UserChange> {
        if self.filter.as_ref().is_some_and(|filter| !filter.still_admits(user)) {
            return None;
        }
        let gone = user.deleted_at.is_some();
        match self.action {
            BulkAction::Enable | BulkAction::Disable if gone => None,
            BulkAction::Enable => {
                let spares_bans = self.spares_bans;
                Some(UserChange::Status { status: Status::Enabled, until: None, spares_bans })
            }
            BulkAction::Disable => {
                Some(UserChange::Status { status: Status::Disabled, until: None, spares_bans: true })
            }
            BulkAction::Delete => Some(UserChange::Delete),
            BulkAction::Restore => Some(UserChange::Restore),
        }
    }

    /// The job after a step that came to these users: it has ended if the step was the last.
    #[must_use]
    pub fn stepped(&self, users: &[BulkUser], last: bool, at: Timestamp) -> Self {
        let mut counts = self.counts;
        for user in users {
            counts.count(user.outcome);
        }
        let position = users.iter().map(|user| user.user).min().unwrap_or(self.position);
        let next = Self { counts, position, updated_at: at, ..self.clone() };
        if last { next.ended(BulkState::Finished, at) } else { next }
    }

    /// In another state.
    #[must_use]
    pub fn in_state(&self, state: BulkState, at: Timestamp) -> Self {
        if state.has_ended() {
            return self.clone().ended(state, at);
        }
        Self { state, updated_at: at, ..self.clone() }
    }

    fn ended(self, state: BulkState, at: Timestamp) -> Self {
        let listed_until = Some(at.plus(Self::KEEP_LIST));
        Self { state, updated_at: at, ended_at: Some(at), listed_until, ..self }
    }
}

impl BulkUser {
    /// A user that a job is about and has not come to, or that it did not find.
    pub fn unknown(user: UserId, outcome: BulkOutcome) -> Self {
        let before = AccountState {
            status: Status::Enabled,
            disabled_until: None,
            disabled_reason: Reason::default(),
            disabled_by: String::new(),
            deleted_at: None,
        };
        Self { user, username: String::new(), outcome, before, version: Version::default() }
    }
}
