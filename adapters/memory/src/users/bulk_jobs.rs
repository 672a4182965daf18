//! Jobs that change many users.

use std::collections::BTreeMap;

use async_trait::async_trait;
use usher_domain::{
    AuditContext, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkState, BulkTarget, BulkUser, NewBulkJob,
    Timestamp, UserCursor, UserId,
};
use usher_ports::outbound::{BulkJobCreated, BulkJobs, BulkLease};
use uuid::Uuid;

use super::accounts::Accounts;
use super::{MemoryUsers, Result};
use crate::{MemoryAudit, lock};

/// All jobs, in the order of their numbers. Locked after the accounts.
#[derive(Debug, Default)]
pub(super) struct Jobs(Vec<Row>);

#[derive(Debug)]
struct Row {
    job: BulkJob,
    users: BTreeMap<UserId, BulkUser>,
    lease: Option<(Uuid, Timestamp)>,
}

impl Jobs {
    fn row(&mut self, id: BulkJobId) -> Option<&mut Row> {
        self.0.iter_mut().find(|row| row.job.id == id)
    }

    fn create(&mut self, new: &NewBulkJob, audit: &MemoryAudit) -> BulkJobCreated {
        let id = BulkJobId(i64::try_from(self.0.len()).unwrap_or(i64::MAX) + 1);
        if let BulkTarget::Undoing(undone) = new.target {
            let Some(row) = self.row(undone).filter(|row| row.job.state.has_ended()) else {
                return BulkJobCreated::NotEnded;
            };
            if row.job.undone_by.replace(id).is_some() {
                return BulkJobCreated::UndoneAlready;
            }
        }
        let job = new.job(id);
        let users = match &new.target {
            BulkTarget::Chosen(ids) => {
                ids.iter().map(|id| (*id, BulkUser::unknown(*id, BulkOutcome::Pending))).collect()
            }
            BulkTarget::Matching(_) | BulkTarget::Undoing(_) => BTreeMap::new(),
        };
        audit.write(job.started());
        self.0.push(Row { job: job.clone(), users, lease: None });
        BulkJobCreated::Created(Box::new(job))
    }

    fn claim(&mut self, lease: BulkLease) -> Option<BulkJobId> {
        let running = || self.0.iter().filter(|row| row.job.state == BulkState::Running);
        let taken = |row: &Row| row.lease.is_some_and(|(node, until)| node != lease.node && until > lease.at);
        let next = running().min_by_key(|row| (row.job.updated_at, row.job.id))?.job.id;
        if running().any(taken) {
            return None;
        }
        self.row(next)?.lease = Some((lease.node, lease.until));
        Some(next)
    }

    /// Up to `limit` users whom the job comes to next, and what the job that it undoes left about them.
    fn batch(&self, job: &BulkJob, limit: usize, accounts: &Accounts) -> Vec<(UserId, Option<BulkUser>)> {
        if let Some(filter) = &job.filter {
            let next = accounts.list(filter, &UserCursor::Newest(Some(job.position)), limit);
            return next.into_iter().map(|user| (user.id, None)).collect();
        }
        let (of, outcome) =
            job.undoes.map_or((job.id, BulkOutcome::Pending), |undone| (undone, BulkOutcome::Changed));
        let listed = self.users(of, outcome, Some(job.position), limit);
        listed.into_iter().map(|user| (user.user, Some(user))).collect()
    }

    fn users(
        &self,
        id: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: usize,
    ) -> Vec<BulkUser> {
        let rows = self.0.iter().filter(|row| row.job.id == id).flat_map(|row| row.users.values().rev());
        let fitting =
            rows.filter(|user| user.outcome == outcome && below.is_none_or(|below| user.user < below));
        fitting.take(limit).cloned().collect()
    }

    fn step(
        &mut self,
        id: BulkJobId,
        lease: BulkLease,
        limit: usize,
        accounts: &mut Accounts,
        audit: &MemoryAudit,
    ) -> Option<BulkJob> {
        let row = self.row(id)?;
        let mine = row.lease.is_some_and(|(node, _)| node == lease.node);
        if !mine || row.job.state != BulkState::Running {
            return None;
        }
        let job = row.job.clone();
        let batch = self.batch(&job, limit, accounts);
        let mut left = Vec::new();
        for (user, recorded) in &batch {
            let Some(account) = accounts.account(*user) else {
                let username = recorded.as_ref().map(|known| known.username.clone()).unwrap_or_default();
                left.push(BulkUser { username, ..BulkUser::unknown(*user, BulkOutcome::Missing) });
                continue;
            };
            let (outcome, decision) = job.decide(&account.user, recorded.as_ref(), lease.at);
            left.push(outcome);
            if let Some(decision) = decision {
                accounts.write(decision, audit);
            }
        }
        let next = job.stepped(&left, batch.len() < limit, lease.at);
        if next.state == BulkState::Finished {
            audit.write(next.finished());
        }
        let row = self.row(id)?;
        row.lease = (!next.state.has_ended()).then_some((lease.node, lease.until));
        row.job = next.clone();
        row.users.extend(left.into_iter().map(|user| (user.user, user)));
        Some(next)
    }

    fn control(
        &mut self,
        id: BulkJobId,
        control: BulkControl,
        context: &AuditContext,
        audit: &MemoryAudit,
    ) -> Option<BulkJob> {
        let (from, to) = control.transition();
        let row = self.row(id).filter(|row| from.contains(&row.job.state))?;
        row.job = row.job.in_state(to, context.at);
        row.lease = None;
        audit.write(row.job.controlled(control, context));
        Some(row.job.clone())
    }

    fn forget_lists(&mut self, now: Timestamp, limit: usize) -> u64 {
        let due = |row: &&mut Row| row.job.listed_until.is_some_and(|until| until < now);
        let Some(row) = self.0.iter_mut().filter(due).min_by_key(|row| row.job.listed_until) else {
            return 0;
        };
        if row.users.is_empty() {
            row.job.listed_until = None;
            return 1;
        }
        let mut forgotten = 0;
        while forgotten < limit as u64 && row.users.pop_first().is_some() {
            forgotten += 1;
        }
        forgotten
    }
}

#[async_trait]
impl BulkJobs for MemoryUsers {
    async fn create(&self, new: &NewBulkJob) -> Result<BulkJobCreated> {
        Ok(lock(&self.jobs).create(new, &self.audit))
    }

    async fn claim(&self, lease: BulkLease) -> Result<Option<BulkJobId>> {
        Ok(lock(&self.jobs).claim(lease))
    }

    async fn step(&self, id: BulkJobId, lease: BulkLease, limit: u32) -> Result<Option<BulkJob>> {
        let mut accounts = lock(&self.accounts);
        Ok(lock(&self.jobs).step(id, lease, limit as usize, &mut accounts, &self.audit))
    }

    async fn control(
        &self,
        id: BulkJobId,
        control: BulkControl,
        context: &AuditContext,
    ) -> Result<Option<BulkJob>> {
        Ok(lock(&self.jobs).control(id, control, context, &self.audit))
    }

    async fn find(&self, id: BulkJobId) -> Result<Option<BulkJob>> {
        Ok(lock(&self.jobs).row(id).map(|row| row.job.clone()))
    }

    async fn list(&self, before: Option<BulkJobId>, limit: u32) -> Result<Vec<BulkJob>> {
        let jobs = lock(&self.jobs);
        let rows = jobs.0.iter().rev().map(|row| &row.job);
        let fitting = rows.filter(|job| before.is_none_or(|before| job.id < before));
        Ok(fitting.take(limit as usize).cloned().collect())
    }

    async fn users(
        &self,
        id: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<BulkUser>> {
        Ok(lock(&self.jobs).users(id, outcome, below, limit as usize))
    }

    async fn that_changed(&self, user: UserId, limit: u32) -> Result<Vec<BulkJob>> {
        let jobs = lock(&self.jobs);
        let changed =
            |row: &&Row| row.users.get(&user).is_some_and(|user| user.outcome == BulkOutcome::Changed);
        let theirs = jobs.0.iter().rev().filter(changed).map(|row| row.job.clone());
        Ok(theirs.take(limit as usize).collect())
    }

    async fn forget_lists(&self, now: Timestamp, limit: u32) -> Result<u64> {
        Ok(lock(&self.jobs).forget_lists(now, limit as usize))
    }
}
