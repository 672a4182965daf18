//! How a job goes on: which users are next is read before the transaction, and the transaction holds only if the job is
//! still where that was read.

use std::collections::{BTreeMap, HashMap};

use sea_query::{Expr, ExprTrait, LockType, Order, Query, UpdateStatement};
use usher_domain::{
    BulkJob, BulkJobId, BulkOutcome, BulkState, BulkUser, Decision, Timestamp, User, UserCursor, UserId,
};
use usher_ports::outbound::BulkLease;

use super::row::{UserRow, users_of};
use super::{IdRow, SqlBulkJobs, note};
use crate::database::{Ended, Result, Tx};
use crate::dialect::Dialect;
use crate::iden::{BulkJobUsers, BulkJobs as Jobs, Users};
use crate::revocations::revocations_of;
use crate::users::users_within;
use crate::{audit, events};

/// The users that come next.
struct Batch {
    ids: Vec<UserId>,
    /// What the job that is undone left about them.
    recorded: HashMap<UserId, BulkUser>,
}

/// What a step is given.
struct Step {
    job: BulkJob,
    lease: BulkLease,
    batch: Batch,
    /// Whether no users come after these.
    last: bool,
}

impl SqlBulkJobs {
    pub(super) async fn go_on(&self, id: BulkJobId, lease: BulkLease, limit: u32) -> Result<Option<BulkJob>> {
        let Some(job) = self.job(id).await?.filter(|job| job.state == BulkState::Running) else {
            return Ok(None);
        };
        let batch = self.batch(&job, limit).await?;
        let last = batch.ids.len() < limit as usize;
        let step = Step { job, lease, batch, last };
        self.database.write(step, |tx, step| Box::pin(take(tx, step))).await
    }

    async fn job(&self, id: BulkJobId) -> Result<Option<BulkJob>> {
        let statement = super::jobs().and_where(Expr::col((Jobs::Table, Jobs::Id)).eq(id.0)).take();
        self.database.one::<super::JobRow>(&statement).await?.map(BulkJob::try_from).transpose()
    }

    async fn batch(&self, job: &BulkJob, limit: u32) -> Result<Batch> {
        if let Some(filter) = &job.filter {
            let cursor = UserCursor::Newest(Some(job.position));
            let ids = self.users.ids(filter, &cursor, limit).await?;
            return Ok(Batch { ids: ids.into_iter().map(UserId).collect(), recorded: HashMap::new() });
        }
        let (of, outcome) =
            job.undoes.map_or((job.id, BulkOutcome::Pending), |undone| (undone, BulkOutcome::Changed));
        let rows: Vec<UserRow> = self.database.all(&users_of(of, outcome, Some(job.position), limit)).await?;
        let users: Vec<BulkUser> = rows.into_iter().map(BulkUser::try_from).collect::<Result<_>>()?;
        let ids = users.iter().map(|user| user.user).collect();
        let recorded = users.into_iter().map(|user| (user.user, user)).collect();
        Ok(Batch { ids, recorded })
    }

    pub(super) async fn forget(&self, now: Timestamp, limit: u32) -> Result<u64> {
        let due = Query::select()
            .column(Jobs::Id)
            .from(Jobs::Table)
            .and_where(Expr::col(Jobs::ListedUntil).lt(now.as_millis()))
            .order_by(Jobs::ListedUntil, Order::Asc)
            .limit(1)
            .take();
        let Some(job) = self.database.one::<IdRow>(&due).await? else { return Ok(0) };
        self.forget_rows(job.id, limit).await
    }

    async fn forget_rows(&self, job: i64, limit: u32) -> Result<u64> {
        let some = Query::select()
            .expr_as(Expr::col(BulkJobUsers::UserId), "id")
            .from(BulkJobUsers::Table)
            .and_where(Expr::col(BulkJobUsers::JobId).eq(job))
            .order_by(BulkJobUsers::UserId, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let ids: Vec<IdRow> = self.database.all(&some).await?;
        if ids.is_empty() {
            let forgotten = Query::update()
                .table(Jobs::Table)
                .value(Jobs::ListedUntil, None::<i64>)
                .and_where(Expr::col(Jobs::Id).eq(job))
                .take();
            return self.database.execute(&forgotten).await;
        }
        let delete = Query::delete()
            .from_table(BulkJobUsers::Table)
            .and_where(Expr::col(BulkJobUsers::JobId).eq(job))
            .and_where(Expr::col(BulkJobUsers::UserId).is_in(ids.iter().map(|row| row.id)))
            .take();
        self.database.execute(&delete).await
    }
}

async fn take(tx: &mut Tx, step: &Step) -> Result<Ended<Option<BulkJob>>> {
    let at = step.lease.at;
    let (mut left, mut decisions) = (Vec::new(), Vec::new());
    let mut found = hold_all(tx, &step.batch.ids).await?;
    for id in &step.batch.ids {
        let Some(user) = found.remove(id) else {
            let known = step.batch.recorded.get(id).map(|known| known.username.clone());
            let missing = BulkUser::unknown(*id, BulkOutcome::Missing);
            left.push(BulkUser { username: known.unwrap_or_default(), ..missing });
            continue;
        };
        let (outcome, decision) = step.job.decide(&user, step.batch.recorded.get(id), at);
        left.push(outcome);
        decisions.extend(decision.map(|decision| (user, decision)));
    }
    write_all(tx, &decisions, at).await?;
    note(tx, step.job.id, &left).await?;
    // Last, so that an administrator who pauses the job waits for as little as can be.
    let next = step.job.stepped(&left, step.last, at);
    if tx.execute(&moved(&step.job, &next, step.lease)).await? == 0 {
        return Ok(Ended::Abort(None));
    }
    if step.last {
        audit::append(tx, &next.finished()).await?;
    }
    Ok(Ended::Commit(Some(next)))
}

/// The users, locked until the end of the transaction, in the order of their ids as each step locks them.
async fn hold_all(tx: &mut Tx, ids: &[UserId]) -> Result<HashMap<UserId, User>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    if tx.dialect() != Dialect::Sqlite {
        let lock = Query::select()
            .column(Users::Id)
            .from(Users::Table)
            .and_where(Expr::col(Users::Id).is_in(ids.iter().map(|id| id.0)))
            .order_by(Users::Id, Order::Asc)
            .lock(LockType::Update)
            .take();
        tx.all::<IdRow>(&lock).await?;
    }
    let users = users_within(tx, ids).await?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// Writes what was decided about accounts that the transaction holds: most become alike, and those take one statement.
async fn write_all(tx: &mut Tx, decisions: &[(User, Decision)], at: Timestamp) -> Result<()> {
    let mut alike: BTreeMap<_, Vec<&Decision>> = BTreeMap::new();
    for (_, decision) in decisions {
        let after = &decision.after;
        let key = (
            after.status.code(),
            after.disabled_until.map(Timestamp::as_millis),
            after.disabled_reason.as_str(),
            after.disabled_by.as_str(),
            after.deleted_at.map(Timestamp::as_millis),
            decision.ends_sessions,
        );
        alike.entry(key).or_default().push(decision);
    }
    for some in alike.values() {
        tx.execute(&become_alike(some, at)).await?;
    }
    let ended: Vec<&User> =
        decisions.iter().filter(|(_, it)| it.ends_sessions).map(|(_, it)| &it.after).collect();
    if !ended.is_empty() {
        tx.execute(&revocations_of(&ended, at)).await?;
    }
    let told = decisions.iter().flat_map(|(user, it)| it.events.iter().map(|event| (event, user.id.0)));
    if let Some(rows) = events::rows(told)? {
        tx.execute(&rows).await?;
    }
    Ok(())
}

/// The update of accounts that become alike, each its own next version.
fn become_alike(decisions: &[&Decision], at: Timestamp) -> UpdateStatement {
    let mut update = Query::update();
    update.table(Users::Table);
    if let Some(Decision { after, ends_sessions, .. }) = decisions.first() {
        let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
        update.values([
            (Users::Status, after.status.code().into()),
            (Users::DisabledUntil, millis(after.disabled_until).into()),
            (Users::DisabledReason, after.disabled_reason.as_str().into()),
            (Users::DisabledBy, after.disabled_by.as_str().into()),
            (Users::DeletedAt, millis(after.deleted_at).into()),
            (Users::UpdatedAt, at.as_millis().into()),
            (Users::Version, Expr::col(Users::Version).add(1)),
            (Users::SessionEpoch, Expr::col(Users::SessionEpoch).add(i64::from(*ends_sessions))),
        ]);
    }
    update.and_where(Expr::col(Users::Id).is_in(decisions.iter().map(|it| it.after.id.0))).take()
}

/// What changes about a job.
pub(super) fn update(job: &BulkJob) -> UpdateStatement {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    Query::update()
        .table(Jobs::Table)
        .values([
            (Jobs::State, job.state.as_str().into()),
            (Jobs::Changed, i64::from(job.counts.changed).into()),
            (Jobs::Unchanged, i64::from(job.counts.unchanged).into()),
            (Jobs::Missing, i64::from(job.counts.missing).into()),
            (Jobs::Position, job.position.0.into()),
            (Jobs::UpdatedAt, job.updated_at.as_millis().into()),
            (Jobs::EndedAt, millis(job.ended_at).into()),
            (Jobs::ListedUntil, millis(job.listed_until).into()),
        ])
        .take()
}

/// Moves a job on, if it is where the step found it, and this node's.
fn moved(before: &BulkJob, next: &BulkJob, lease: BulkLease) -> UpdateStatement {
    let (owner, until) =
        if next.state.has_ended() { (None, 0) } else { (Some(lease.node), lease.until.as_millis()) };
    update(next)
        .value(Jobs::LeaseOwner, owner)
        .value(Jobs::LeaseUntil, until)
        .and_where(Expr::col(Jobs::Id).eq(before.id.0))
        .and_where(Expr::col(Jobs::State).eq(BulkState::Running.as_str()))
        .and_where(Expr::col(Jobs::LeaseOwner).eq(lease.node))
        .and_where(Expr::col(Jobs::Position).eq(before.position.0))
        .take()
}
