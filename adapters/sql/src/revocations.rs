use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Order, Query};
use usher_domain::{Epoch, Timestamp, User, UserId};
use usher_ports::outbound::{Revocation, RevocationOutbox, StoreError};

use crate::database::Database;
use crate::iden::Revocations;

/// The sessions that have to be ended, beside the users whose change asks for it.
#[derive(Clone, Debug)]
pub struct SqlRevocations(Database);

impl SqlRevocations {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

#[derive(sqlx::FromRow)]
struct RevocationRow {
    user_id: i64,
    epoch: i64,
    since: i64,
}

/// Remembers that the sessions before a user's current epoch have to be ended. To be written with the change.
pub(crate) fn revocation(user: &User, at: Timestamp) -> InsertStatement {
    Query::insert()
        .into_table(Revocations::Table)
        .columns([Revocations::UserId, Revocations::Epoch, Revocations::Since])
        .values_panic([user.id.0.into(), user.epoch.0.into(), at.as_millis().into()])
        // Whoever writes this has locked the user, so epochs arrive in their order.
        .on_conflict(
            OnConflict::column(Revocations::UserId)
                .update_columns([Revocations::Epoch, Revocations::Since])
                .to_owned(),
        )
        .take()
}

#[async_trait]
impl RevocationOutbox for SqlRevocations {
    async fn since(&self, from: Timestamp, after: UserId, limit: u32) -> Result<Vec<Revocation>, StoreError> {
        let since = || Expr::col(Revocations::Since);
        let from = from.as_millis();
        let statement = Query::select()
            .columns([Revocations::UserId, Revocations::Epoch, Revocations::Since])
            .from(Revocations::Table)
            .and_where(since().gte(from))
            .and_where(since().ne(from).or(Expr::col(Revocations::UserId).gt(after.0)))
            .order_by(Revocations::Since, Order::Asc)
            .order_by(Revocations::UserId, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<RevocationRow> = self.0.all(&statement).await?;
        let revocation = |row: RevocationRow| Revocation {
            user: UserId(row.user_id),
            epoch: Epoch(row.epoch),
            since: Timestamp::from_millis(row.since),
        };
        Ok(rows.into_iter().map(revocation).collect())
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let statement = Query::delete()
            .from_table(Revocations::Table)
            .and_where(Expr::col(Revocations::Since).lt(before.as_millis()))
            .take();
        Ok(self.0.execute(&statement).await?)
    }
}
