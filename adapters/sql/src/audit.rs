use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Func, LockType, Order, Query, SelectStatement};
use usher_domain::{AuditEntry, AuditFilter, AuditRecord, ChainDigest, Reason, Timestamp, UserId};
use usher_ports::outbound::AuditLog;

use crate::condition::containing;
use crate::database::{Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{Audit, AuditHead};

/// What administrators did, in the database.
#[derive(Clone, Debug)]
pub struct SqlAudit(Database);

impl SqlAudit {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

record! {
    struct HeadRow {
        number: i64,
        link: Vec<u8>,
    }
}

record! {
    struct EntryRow {
        number: i64,
        at: i64,
        actor: String,
        address: Option<String>,
        action: String,
        user_id: Option<i64>,
        subject: String,
        changes: String,
        reason: String,
        link: Vec<u8>,
    }
}

fn link(bytes: Vec<u8>) -> Result<ChainDigest> {
    bytes.try_into().map(ChainDigest::from_store).map_err(|_| DatabaseError::Corrupt("audit.link"))
}

/// What was edited by hand may not be readable; that, too, is said by the chain.
impl TryFrom<EntryRow> for AuditEntry {
    type Error = DatabaseError;

    fn try_from(row: EntryRow) -> Result<Self> {
        let record = AuditRecord {
            at: Timestamp::from_millis(row.at),
            by: row.actor,
            from: row.address.and_then(|address| address.parse().ok()),
            action: row.action.parse().map_err(|_| DatabaseError::Corrupt("audit.action"))?,
            user: row.user_id.map(UserId),
            subject: row.subject,
            changes: serde_json::from_str(&row.changes)
                .map_err(|_| DatabaseError::Corrupt("audit.changes"))?,
            reason: Reason::from_store(row.reason),
        };
        Ok(Self { number: row.number, record, digest: link(row.link)? })
    }
}

fn head() -> SelectStatement {
    Query::select().columns([AuditHead::Number, AuditHead::Link]).from(AuditHead::Table).take()
}

/// Appends an entry. The head is locked until the end of the transaction, so this comes last in it: the appending transaction
/// delays no other transaction longer than it takes.
pub(crate) async fn append(tx: &mut Tx, record: &AuditRecord) -> Result<()> {
    let head: Option<HeadRow> = tx.one(head().lock(LockType::Update)).await?;
    let head = head.ok_or(DatabaseError::Corrupt("the head of the audit log is gone"))?;
    let number = head.number + 1;
    let link = record.chain_digest(number, &self::link(head.link)?).as_bytes().to_vec();
    let changes = serde_json::to_string(&record.changes);
    let insert = Query::insert()
        .into_table(Audit::Table)
        .columns(COLUMNS)
        .values_panic([
            number.into(),
            record.at.as_millis().into(),
            record.by.as_str().into(),
            record.from.map(|from| from.to_string()).into(),
            record.action.as_str().into(),
            record.user.map(|user| user.0).into(),
            record.subject.as_str().into(),
            changes.map_err(|_| DatabaseError::Corrupt("changes that cannot be written"))?.into(),
            record.reason.as_str().into(),
            link.clone().into(),
        ])
        .take();
    tx.execute(&insert).await?;
    let update = Query::update()
        .table(AuditHead::Table)
        .value(AuditHead::Number, number)
        .value(AuditHead::Link, link)
        .and_where(Expr::col(AuditHead::Id).eq(1))
        .take();
    tx.execute(&update).await?;
    Ok(())
}

const COLUMNS: [Audit; 10] = [
    Audit::Number,
    Audit::At,
    Audit::Actor,
    Audit::Address,
    Audit::Action,
    Audit::UserId,
    Audit::Subject,
    Audit::Changes,
    Audit::Reason,
    Audit::Link,
];

impl SqlAudit {
    async fn entries(&self, mut which: SelectStatement, limit: u32) -> Result<Vec<AuditEntry>> {
        let statement = which.columns(COLUMNS).from(Audit::Table).limit(u64::from(limit)).take();
        self.0.all::<EntryRow>(&statement).await?.into_iter().map(AuditEntry::try_from).collect()
    }
}

#[async_trait]
impl AuditLog for SqlAudit {
    #[tracing::instrument(name = "db.audit.append", level = "debug", skip_all)]
    async fn append(&self, record: &AuditRecord) -> StoreResult<()> {
        Ok(self
            .0
            .write(record.clone(), |tx, record| {
                Box::pin(async { append(tx, record).await.map(Ended::Commit) })
            })
            .await?)
    }

    #[tracing::instrument(name = "db.audit.list", level = "debug", skip_all)]
    async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<AuditEntry>> {
        let which = Query::select()
            .and_where_option(filter.by.as_ref().map(|by| Expr::col(Audit::Actor).eq(by.as_str())))
            .and_where_option(
                filter.by_part.as_ref().map(|part| Expr::col(Audit::Actor).like(containing(part))),
            )
            .and_where_option(filter.subject_part.as_ref().map(|part| {
                Expr::from(Func::lower(Expr::col(Audit::Subject))).like(containing(&part.to_lowercase()))
            }))
            .and_where_option(filter.action.map(|action| Expr::col(Audit::Action).eq(action.as_str())))
            .and_where_option(filter.user.map(|user| Expr::col(Audit::UserId).eq(user.0)))
            .and_where_option(filter.from.map(|from| Expr::col(Audit::At).gte(from.as_millis())))
            .and_where_option(filter.until.map(|until| Expr::col(Audit::At).lt(until.as_millis())))
            .and_where_option(before.map(|before| Expr::col(Audit::Number).lt(before)))
            .order_by(Audit::Number, Order::Desc)
            .take();
        Ok(self.entries(which, limit).await?)
    }

    #[tracing::instrument(name = "db.audit.after", level = "debug", skip_all)]
    async fn after(&self, after: i64, limit: u32) -> StoreResult<Vec<AuditEntry>> {
        let which = Query::select()
            .and_where(Expr::col(Audit::Number).gt(after))
            .order_by(Audit::Number, Order::Asc)
            .take();
        Ok(self.entries(which, limit).await?)
    }

    #[tracing::instrument(name = "db.audit.head", level = "debug", skip_all)]
    async fn head(&self) -> StoreResult<(i64, ChainDigest)> {
        let head: Option<HeadRow> = self.0.one(&head()).await?;
        let head = head.ok_or(DatabaseError::Corrupt("the head of the audit log is gone"))?;
        Ok((head.number, link(head.link)?))
    }
}
