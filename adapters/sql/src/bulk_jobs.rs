//! Jobs that change many users. How one goes on stands in `step`, what a row is in `row`.

mod row;
mod step;

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, OnConflict, Order, Query, SelectStatement};
use usher_domain::{
    AuditContext, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkState, BulkTarget, BulkUser, NewBulkJob,
    Timestamp, UserId,
};
use usher_ports::outbound::{BulkJobCreated, BulkJobs, BulkLease};
use uuid::Uuid;

use crate::audit;
use crate::database::{Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{BulkJobUsers, BulkJobs as Jobs};
use crate::users::SqlUsers;
use row::{JobRow, UserRow, filter_text, jobs, user_columns, users_of};

/// Jobs that change many users, in the database.
#[derive(Clone, Debug)]
pub struct SqlBulkJobs {
    database: Database,
    users: SqlUsers,
}

/// How many rows one statement writes: engines take 32,766 values at least.
const ROWS: usize = 500;

/// How many running jobs are looked at for the one to go on with.
const MOST_RUNNING: u64 = 100;

impl SqlBulkJobs {
    /// On this database.
    pub fn new(database: Database) -> Self {
        Self { users: SqlUsers::new(database.clone()), database }
    }

    async fn all(&self, statement: &SelectStatement) -> Result<Vec<BulkJob>> {
        self.database.all::<JobRow>(statement).await?.into_iter().map(BulkJob::try_from).collect()
    }
}

record! {
    struct LeaseRow {
        id: i64,
        lease_owner: Option<Uuid>,
        lease_until: i64,
    }
}

record! {
    struct IdRow {
        id: i64,
    }
}

/// The job, locked until the end of the transaction.
async fn hold(tx: &mut Tx, id: BulkJobId) -> Result<Option<BulkJob>> {
    let lock = Query::select()
        .column(Jobs::Id)
        .from(Jobs::Table)
        .and_where(Expr::col(Jobs::Id).eq(id.0))
        .lock(LockType::Update)
        .take();
    if tx.one::<IdRow>(&lock).await?.is_none() {
        return Ok(None);
    }
    let statement = jobs().and_where(Expr::col((Jobs::Table, Jobs::Id)).eq(id.0)).take();
    tx.one::<JobRow>(&statement).await?.map(BulkJob::try_from).transpose()
}

async fn create(tx: &mut Tx, new: &NewBulkJob) -> Result<Ended<BulkJobCreated>> {
    if let BulkTarget::Undoing(job) = new.target
        && !hold(tx, job).await?.is_some_and(|job| job.state.has_ended())
    {
        return Ok(Ended::Abort(BulkJobCreated::NotEnded));
    }
    let job = new.job(BulkJobId(0));
    let id = match tx.insert(inserted(&job)?, Jobs::Id).await {
        Ok(id) => id,
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(BulkJobCreated::UndoneAlready)),
        Err(error) => return Err(error),
    };
    let job = BulkJob { id: BulkJobId(id), ..job };
    if let BulkTarget::Chosen(ids) = &new.target {
        let pending = ids.iter().map(|id| BulkUser::unknown(*id, BulkOutcome::Pending));
        note(tx, job.id, &pending.collect::<Vec<_>>()).await?;
    }
    audit::append(tx, &job.started()).await?;
    Ok(Ended::Commit(BulkJobCreated::Created(Box::new(job))))
}

fn inserted(job: &BulkJob) -> Result<sea_query::InsertStatement> {
    Ok(Query::insert()
        .into_table(Jobs::Table)
        .columns([
            Jobs::Action,
            Jobs::Undoes,
            Jobs::Filter,
            Jobs::SparesBans,
            Jobs::Actor,
            Jobs::Address,
            Jobs::Reason,
            Jobs::State,
            Jobs::Total,
            Jobs::Position,
            Jobs::CreatedAt,
            Jobs::UpdatedAt,
        ])
        .values_panic([
            job.action.as_str().into(),
            job.undoes.map(|job| job.0).into(),
            filter_text(job.filter.as_ref())?.into(),
            job.spares_bans.into(),
            job.by.as_str().into(),
            job.from.map(|from| from.to_string()).into(),
            job.reason.as_str().into(),
            job.state.as_str().into(),
            job.total.map(i64::from).into(),
            job.position.0.into(),
            job.created_at.as_millis().into(),
            job.updated_at.as_millis().into(),
        ])
        .take())
}

/// Writes what became of users of a job.
async fn note(tx: &mut Tx, job: BulkJobId, users: &[BulkUser]) -> Result<()> {
    for some in users.chunks(ROWS) {
        let mut insert = Query::insert();
        insert.into_table(BulkJobUsers::Table).columns(user_columns());
        for user in some {
            insert.values_panic(row::values(job, user));
        }
        let replaced = user_columns().into_iter().skip(2);
        insert.on_conflict(
            OnConflict::columns([BulkJobUsers::JobId, BulkJobUsers::UserId])
                .update_columns(replaced)
                .to_owned(),
        );
        tx.execute(&insert).await?;
    }
    Ok(())
}

async fn control(
    tx: &mut Tx,
    id: BulkJobId,
    control: BulkControl,
    context: &AuditContext,
) -> Result<Ended<Option<BulkJob>>> {
    let (from, to) = control.transition();
    let Some(job) = hold(tx, id).await?.filter(|job| from.contains(&job.state)) else {
        return Ok(Ended::Abort(None));
    };
    let job = job.in_state(to, context.at);
    let update = step::update(&job)
        .value(Jobs::LeaseOwner, None::<Uuid>)
        .value(Jobs::LeaseUntil, 0)
        .and_where(Expr::col(Jobs::Id).eq(id.0))
        .take();
    tx.execute(&update).await?;
    audit::append(tx, &job.controlled(control, context)).await?;
    Ok(Ended::Commit(Some(job)))
}

#[async_trait]
impl BulkJobs for SqlBulkJobs {
    #[tracing::instrument(name = "db.bulk_jobs.create", level = "debug", skip_all)]
    async fn create(&self, new: &NewBulkJob) -> StoreResult<BulkJobCreated> {
        Ok(self.database.write(new.clone(), |tx, new| Box::pin(create(tx, new))).await?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.claim", level = "debug", skip_all)]
    async fn claim(&self, lease: BulkLease) -> StoreResult<Option<BulkJobId>> {
        let running = Query::select()
            .columns([Jobs::Id, Jobs::LeaseOwner, Jobs::LeaseUntil])
            .from(Jobs::Table)
            .and_where(Expr::col(Jobs::State).eq(BulkState::Running.as_str()))
            .order_by(Jobs::UpdatedAt, Order::Asc)
            .order_by(Jobs::Id, Order::Asc)
            .limit(MOST_RUNNING)
            .take();
        let running: Vec<LeaseRow> = self.database.all(&running).await?;
        let taken =
            |row: &LeaseRow| row.lease_owner != Some(lease.node) && row.lease_until > lease.at.as_millis();
        let Some(next) = running.first().filter(|_| !running.iter().any(taken)) else { return Ok(None) };
        // Another node may be as quick: one of them changes the row that both saw.
        let update = Query::update()
            .table(Jobs::Table)
            .value(Jobs::LeaseOwner, lease.node)
            .value(Jobs::LeaseUntil, lease.until.as_millis())
            .and_where(Expr::col(Jobs::Id).eq(next.id))
            .and_where(Expr::col(Jobs::State).eq(BulkState::Running.as_str()))
            .and_where(Expr::col(Jobs::LeaseUntil).eq(next.lease_until))
            .take();
        Ok((self.database.execute(&update).await? > 0).then_some(BulkJobId(next.id)))
    }

    #[tracing::instrument(name = "db.bulk_jobs.step", level = "debug", skip_all)]
    async fn step(&self, id: BulkJobId, lease: BulkLease, limit: u32) -> StoreResult<Option<BulkJob>> {
        Ok(self.go_on(id, lease, limit).await?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.control", level = "debug", skip_all)]
    async fn control(
        &self,
        id: BulkJobId,
        how: BulkControl,
        context: &AuditContext,
    ) -> StoreResult<Option<BulkJob>> {
        let given = (id, how, context.clone());
        Ok(self
            .database
            .write(given, |tx, (id, how, context)| Box::pin(control(tx, *id, *how, context)))
            .await?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.find", level = "debug", skip_all)]
    async fn find(&self, id: BulkJobId) -> StoreResult<Option<BulkJob>> {
        let statement = jobs().and_where(Expr::col((Jobs::Table, Jobs::Id)).eq(id.0)).take();
        let row: Option<JobRow> = self.database.one(&statement).await?;
        Ok(row.map(BulkJob::try_from).transpose()?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.list", level = "debug", skip_all)]
    async fn list(&self, before: Option<BulkJobId>, limit: u32) -> StoreResult<Vec<BulkJob>> {
        let id = Expr::col((Jobs::Table, Jobs::Id));
        let statement = jobs()
            .and_where_option(before.map(|before| id.lt(before.0)))
            .order_by((Jobs::Table, Jobs::Id), Order::Desc)
            .limit(u64::from(limit))
            .take();
        Ok(self.all(&statement).await?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.users", level = "debug", skip_all)]
    async fn users(
        &self,
        id: BulkJobId,
        outcome: BulkOutcome,
        below: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Vec<BulkUser>> {
        let rows: Vec<UserRow> = self.database.all(&users_of(id, outcome, below, limit)).await?;
        Ok(rows.into_iter().map(BulkUser::try_from).collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.that_changed", level = "debug", skip_all)]
    async fn that_changed(&self, user: UserId, limit: u32) -> StoreResult<Vec<BulkJob>> {
        let theirs = Query::select()
            .expr_as(Expr::col(BulkJobUsers::JobId), "id")
            .from(BulkJobUsers::Table)
            .and_where(Expr::col(BulkJobUsers::UserId).eq(user.0))
            .and_where(Expr::col(BulkJobUsers::Outcome).eq(BulkOutcome::Changed.as_str()))
            .order_by(BulkJobUsers::JobId, Order::Desc)
            .limit(u64::from(limit))
            .take();
        let ids: Vec<IdRow> = self.database.all(&theirs).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let statement = jobs()
            .and_where(Expr::col((Jobs::Table, Jobs::Id)).is_in(ids.iter().map(|row| row.id)))
            .order_by((Jobs::Table, Jobs::Id), Order::Desc)
            .take();
        Ok(self.all(&statement).await?)
    }

    #[tracing::instrument(name = "db.bulk_jobs.forget_lists", level = "debug", skip_all)]
    async fn forget_lists(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        Ok(self.forget(now, limit).await?)
    }
}
