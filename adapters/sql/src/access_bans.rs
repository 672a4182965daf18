use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, LockType, OnConflict, Order, Query, SelectStatement};
use usher_domain::{AccessBan, AccessBanId, AuditAction, AuditContext, BanTarget, Reason, Timestamp};
use usher_ports::outbound::{AccessBanned, AccessBans, NewAccessBan};

use crate::audit;
use crate::database::{Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{AccessBanVersion, AccessBans as Bans};

/// Bans of devices, addresses and networks, in the database.
#[derive(Clone, Debug)]
pub struct SqlAccessBans(Database);

impl SqlAccessBans {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    async fn bans(&self, statement: &SelectStatement) -> Result<Vec<AccessBan>> {
        let rows: Vec<BanRow> = self.0.all(statement).await?;
        rows.into_iter().map(AccessBan::try_from).collect()
    }
}

record! {
    struct BanRow {
        id: i64,
        target: String,
        reason: String,
        ends_at: Option<i64>,
        actor: String,
        created_at: i64,
    }
}

record! {
    struct VersionRow {
        version: i64,
    }
}

impl TryFrom<BanRow> for AccessBan {
    type Error = DatabaseError;

    fn try_from(row: BanRow) -> Result<Self> {
        Ok(Self {
            id: AccessBanId(row.id),
            target: BanTarget::from_store(&row.target).ok_or(DatabaseError::Corrupt("access_bans.target"))?,
            reason: Reason::from_store(row.reason),
            until: row.ends_at.map(Timestamp::from_millis),
            by: row.actor,
            at: Timestamp::from_millis(row.created_at),
        })
    }
}

const COLUMNS: [Bans; 6] = [Bans::Id, Bans::Target, Bans::Reason, Bans::EndsAt, Bans::Actor, Bans::CreatedAt];

fn bans() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Bans::Table).take()
}

fn current(now: Timestamp) -> SelectStatement {
    let end = Expr::col(Bans::EndsAt);
    bans().and_where(end.clone().is_null().or(end.gt(now.as_millis()))).take()
}

/// The number of the only row.
const ROW: i64 = 1;

/// Tells all nodes of a change.
async fn changed(tx: &mut Tx) -> Result<()> {
    let next = Expr::col((AccessBanVersion::Table, AccessBanVersion::Version)).add(1);
    let insert = Query::insert()
        .into_table(AccessBanVersion::Table)
        .columns([AccessBanVersion::Id, AccessBanVersion::Version])
        .values_panic([ROW.into(), 1.into()])
        .on_conflict(
            OnConflict::column(AccessBanVersion::Id).value(AccessBanVersion::Version, next).to_owned(),
        )
        .take();
    tx.execute(&insert).await.map(drop)
}

async fn insert(tx: &mut Tx, new: &NewAccessBan, context: &AuditContext) -> Result<Ended<AccessBanned>> {
    let target = new.target.key();
    let over = Query::delete()
        .from_table(Bans::Table)
        .and_where(Expr::col(Bans::Target).eq(target.as_str()))
        .and_where(Expr::col(Bans::EndsAt).lte(context.at.as_millis()))
        .take();
    tx.execute(&over).await?;
    let insert = Query::insert()
        .into_table(Bans::Table)
        .columns([Bans::Target, Bans::Reason, Bans::EndsAt, Bans::Actor, Bans::CreatedAt])
        .values_panic([
            target.into(),
            context.reason.as_str().into(),
            new.until.map(Timestamp::as_millis).into(),
            context.by.as_str().into(),
            context.at.as_millis().into(),
        ])
        .take();
    let id = match tx.insert(insert, Bans::Id).await {
        Ok(id) => AccessBanId(id),
        Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(AccessBanned::Already)),
        Err(error) => return Err(error),
    };
    changed(tx).await?;
    let ban = new.ban(id, context);
    audit::append(tx, &ban.record(AuditAction::AccessBanned, context)).await?;
    Ok(Ended::Commit(AccessBanned::Done(Box::new(ban))))
}

async fn delete(tx: &mut Tx, id: AccessBanId, context: &AuditContext) -> Result<Ended<Option<AccessBan>>> {
    let found = bans().and_where(Expr::col(Bans::Id).eq(id.0)).lock(LockType::Update).take();
    let Some(ban) = tx.one::<BanRow>(&found).await?.map(AccessBan::try_from).transpose()? else {
        return Ok(Ended::Abort(None));
    };
    let delete = Query::delete().from_table(Bans::Table).and_where(Expr::col(Bans::Id).eq(id.0)).take();
    tx.execute(&delete).await?;
    changed(tx).await?;
    audit::append(tx, &ban.record(AuditAction::AccessBanLifted, context)).await?;
    Ok(Ended::Commit(Some(ban)))
}

#[async_trait]
impl AccessBans for SqlAccessBans {
    #[tracing::instrument(name = "db.access_bans.ban", level = "debug", skip_all)]
    async fn ban(&self, new: &NewAccessBan, context: &AuditContext) -> StoreResult<AccessBanned> {
        let given = (new.clone(), context.clone());
        Ok(self.0.write(given, |tx, (new, context)| Box::pin(insert(tx, new, context))).await?)
    }

    #[tracing::instrument(name = "db.access_bans.lift", level = "debug", skip_all)]
    async fn lift(&self, id: AccessBanId, context: &AuditContext) -> StoreResult<Option<AccessBan>> {
        let given = (id, context.clone());
        Ok(self.0.write(given, |tx, (id, context)| Box::pin(delete(tx, *id, context))).await?)
    }

    #[tracing::instrument(name = "db.access_bans.list", level = "debug", skip_all)]
    async fn list(
        &self,
        now: Timestamp,
        before: Option<AccessBanId>,
        limit: u32,
    ) -> StoreResult<Vec<AccessBan>> {
        let page = current(now)
            .and_where_option(before.map(|before| Expr::col(Bans::Id).lt(before.0)))
            .order_by(Bans::Id, Order::Desc)
            .limit(u64::from(limit))
            .take();
        Ok(self.bans(&page).await?)
    }

    #[tracing::instrument(name = "db.access_bans.all", level = "debug", skip_all)]
    async fn all(&self, now: Timestamp) -> StoreResult<Vec<AccessBan>> {
        Ok(self.bans(&current(now)).await?)
    }

    #[tracing::instrument(name = "db.access_bans.version", level = "debug", skip_all)]
    async fn version(&self) -> StoreResult<i64> {
        let statement = Query::select()
            .column(AccessBanVersion::Version)
            .from(AccessBanVersion::Table)
            .and_where(Expr::col(AccessBanVersion::Id).eq(ROW))
            .take();
        Ok(self.0.one::<VersionRow>(&statement).await?.map_or(0, |row| row.version))
    }

    #[tracing::instrument(name = "db.access_bans.purge", level = "debug", skip_all)]
    async fn purge(&self, before: Timestamp) -> StoreResult<u64> {
        let delete = Query::delete()
            .from_table(Bans::Table)
            .and_where(Expr::col(Bans::EndsAt).lt(before.as_millis()))
            .take();
        Ok(self.0.execute(&delete).await?)
    }
}
