use async_trait::async_trait;
use sea_query::{
    Alias, Condition, Expr, ExprTrait, InsertStatement, JoinType, LockBehavior, LockType, OnConflict, Order,
    Query, SelectStatement, SimpleExpr,
};
use usher_domain::{Epoch, Timestamp, User, UserId};
use usher_ports::outbound::{Pending, Revocation, RevocationOutbox, SyncToken};
use uuid::Uuid;

use crate::condition::constant;
use crate::database::{Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{RevocationSync, Revocations};

/// The sessions that have to be ended, beside the users whose change asks for it.
#[derive(Clone, Debug)]
pub struct SqlRevocations(Database);

impl SqlRevocations {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

record! {
    struct PendingRow {
        token: Uuid,
        user_id: Option<i64>,
        epoch: Option<i64>,
    }
}

record! {
    struct RevocationRow {
        user_id: i64,
        epoch: i64,
    }
}

record! {
    struct TokenRow {
        #[expect(dead_code, reason = "that there is one is all that is asked")]
        token: Uuid,
    }
}

impl From<RevocationRow> for Revocation {
    fn from(row: RevocationRow) -> Self {
        Self { user: UserId(row.user_id), epoch: Epoch(row.epoch) }
    }
}

/// Remembers that the sessions before a user's current epoch have to be ended. To be written with the change. The higher
/// epoch makes it pending.
pub(crate) fn revocation(user: &User, at: Timestamp) -> InsertStatement {
    revocations_of(&[user], at)
}

/// The same of several users.
pub(crate) fn revocations_of(users: &[&User], at: Timestamp) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(Revocations::Table).columns([
        Revocations::UserId,
        Revocations::Epoch,
        Revocations::Since,
    ]);
    for user in users {
        insert.values_panic([user.id.0.into(), user.epoch.0.into(), at.as_millis().into()]);
    }
    insert
        // The writer has locked the user, so epochs arrive in order.
        .on_conflict(
            OnConflict::column(Revocations::UserId)
                .update_columns([Revocations::Epoch, Revocations::Since])
                .to_owned(),
        )
        .take()
}

/// As a constant, because the partial indexes hold only these and a parameter could be anything.
fn is_pending() -> SimpleExpr {
    column(Revocations::Pending).eq(constant(1))
}

fn column(column: Revocations) -> Expr {
    Expr::col((Revocations::Table, column))
}

fn revocations() -> SelectStatement {
    Query::select().columns([Revocations::UserId, Revocations::Epoch]).from(Revocations::Table).take()
}

fn made_before(before: Timestamp) -> SimpleExpr {
    column(Revocations::Since).lt(before.as_millis())
}

/// The token, if it is this one and no other confirmation is under way.
fn token_if(seen: SyncToken) -> SelectStatement {
    Query::select()
        .column(RevocationSync::Token)
        .from(RevocationSync::Table)
        .and_where(Expr::col(RevocationSync::Id).eq(1))
        .and_where(Expr::col(RevocationSync::Token).eq(seen.0))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take()
}

/// Those of them that are as they were delivered, and that no change under way holds: a confirmation that waited for one
/// would keep this node from delivering what others changed.
fn unchanged(delivered: &[Revocation]) -> SelectStatement {
    let same = |it: &Revocation| {
        column(Revocations::UserId).eq(it.user.0).and(column(Revocations::Epoch).eq(it.epoch.0))
    };
    let any = delivered.iter().fold(Condition::any(), |any, revocation| any.add(same(revocation)));
    revocations()
        .cond_where(any)
        .and_where(is_pending())
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .take()
}

async fn confirm(
    tx: &mut Tx,
    seen: SyncToken,
    next: SyncToken,
    delivered: &[Revocation],
    at: Timestamp,
) -> Result<Ended<bool>> {
    if tx.one::<TokenRow>(&token_if(seen)).await?.is_none() {
        // Committed, so that it ends before it is answered: the next confirmation would pass over a row that this one
        // still holds.
        return Ok(Ended::Commit(false));
    }
    let mut advance = Query::update();
    advance.table(RevocationSync::Table).value(RevocationSync::Token, next.0);
    tx.execute(advance.and_where(Expr::col(RevocationSync::Id).eq(1))).await?;
    if !delivered.is_empty() {
        let rows: Vec<RevocationRow> = tx.all(&unchanged(delivered)).await?;
        let mut mark = Query::update();
        mark.table(Revocations::Table)
            .value(Revocations::DeliveredEpoch, Expr::col(Revocations::Epoch))
            .value(Revocations::Since, at.as_millis())
            .and_where(Expr::col(Revocations::UserId).is_in(rows.iter().map(|row| row.user_id)));
        if !rows.is_empty() {
            tx.execute(&mark).await?;
        }
    }
    Ok(Ended::Commit(true))
}

#[async_trait]
impl RevocationOutbox for SqlRevocations {
    /// In one statement, so that the token is the one of the moment in which these were pending. The page is a query of its
    /// own in it: joined to the table, MySQL reads that from its start.
    #[tracing::instrument(name = "db.revocations.pending", level = "debug", skip_all)]
    async fn pending(&self, after: UserId, limit: u32) -> StoreResult<Pending> {
        let page = revocations()
            .and_where(is_pending())
            .and_where(column(Revocations::UserId).gt(after.0))
            .order_by((Revocations::Table, Revocations::UserId), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let of_page = |column: Revocations| (Alias::new("page"), column);
        let statement = Query::select()
            .column((RevocationSync::Table, RevocationSync::Token))
            .columns([of_page(Revocations::UserId), of_page(Revocations::Epoch)])
            .from(RevocationSync::Table)
            .join_subquery(JoinType::LeftJoin, page, Alias::new("page"), constant(1).eq(constant(1)))
            .order_by(of_page(Revocations::UserId), Order::Asc)
            .take();
        let rows: Vec<PendingRow> = self.0.all(&statement).await?;
        let gone = DatabaseError::Corrupt("the token of the revocations is gone");
        let token = SyncToken(rows.first().ok_or(gone)?.token);
        let revocation =
            |row: PendingRow| Some(Revocation { user: UserId(row.user_id?), epoch: Epoch(row.epoch?) });
        Ok(Pending { token, revocations: rows.into_iter().filter_map(revocation).collect() })
    }

    #[tracing::instrument(name = "db.revocations.kept", level = "debug", skip_all)]
    async fn kept(&self, after: UserId, limit: u32) -> StoreResult<Vec<Revocation>> {
        let statement = revocations()
            .and_where(column(Revocations::UserId).gt(after.0))
            .order_by((Revocations::Table, Revocations::UserId), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<RevocationRow> = self.0.all(&statement).await?;
        Ok(rows.into_iter().map(Revocation::from).collect())
    }

    #[tracing::instrument(name = "db.revocations.confirm", level = "debug", skip_all)]
    async fn confirm(
        &self,
        seen: SyncToken,
        next: SyncToken,
        delivered: &[Revocation],
        at: Timestamp,
    ) -> StoreResult<bool> {
        Ok(self
            .0
            .write((seen, next, delivered.to_vec(), at), |tx, (seen, next, delivered, at)| {
                Box::pin(confirm(tx, *seen, *next, delivered, *at))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.revocations.forget_confirmed", level = "debug", skip_all)]
    async fn forget_confirmed(&self, before: Timestamp) -> StoreResult<u64> {
        let statement = Query::delete()
            .from_table(Revocations::Table)
            .and_where(made_before(before))
            .and_where(column(Revocations::Pending).eq(constant(0)))
            .take();
        Ok(self.0.execute(&statement).await?)
    }

    #[tracing::instrument(name = "db.revocations.forget_all", level = "debug", skip_all)]
    async fn forget_all(&self, before: Timestamp) -> StoreResult<u64> {
        let statement = Query::delete().from_table(Revocations::Table).and_where(made_before(before)).take();
        Ok(self.0.execute(&statement).await?)
    }
}
