use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Order, Query};
use usher_domain::{AuditContext, Timestamp, User, UserId};
use usher_ports::outbound::UserMaintenance;

use super::SqlUsers;
use super::row::UserRow;
use super::user_changes::hold;
use super::user_lookup::{user, users};
use crate::audit;
use crate::condition::constant;
use crate::database::{Ended, Result, StoreResult, Tx, record};
use crate::events;
use crate::iden::Users;

record! {
    struct IdRow {
        id: i64,
    }
}

record! {
    struct AvatarRow {
        avatar: String,
    }
}

#[async_trait]
impl UserMaintenance for SqlUsers {
    #[tracing::instrument(name = "db.users.due", level = "debug", skip_all)]
    async fn due(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<User>> {
        let statement = users()
            .and_where(user(Users::DisabledUntil).lte(now.as_millis()))
            .and_where(user(Users::DeletedAt).is_null())
            .limit(u64::from(limit))
            .take();
        let rows: Vec<UserRow> = self.database.all(&statement).await?;
        Ok(rows.into_iter().map(User::try_from).collect::<Result<_>>()?)
    }

    /// One after the other: each is gone with its entry, whatever becomes of the next.
    #[tracing::instrument(name = "db.users.purge", level = "debug", skip_all)]
    async fn purge(&self, before: Timestamp, limit: u32, context: &AuditContext) -> StoreResult<u64> {
        let statement = Query::select()
            .column(Users::Id)
            .from(Users::Table)
            .and_where(Expr::col(Users::DeletedAt).lt(before.as_millis()))
            .order_by(Users::DeletedAt, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let mut purged = 0;
        for row in self.database.all::<IdRow>(&statement).await? {
            let given = (UserId(row.id), before, context.clone());
            let removed = self
                .database
                .write(given, |tx, (id, before, context)| Box::pin(remove(tx, *id, *before, context)))
                .await?;
            purged += u64::from(removed);
        }
        Ok(purged)
    }

    /// The condition that it is not empty is for the index, which leaves empty ones out.
    #[tracing::instrument(name = "db.users.avatars_in_use", level = "debug", skip_all)]
    async fn avatars_in_use(&self, urls: &[String]) -> StoreResult<Vec<String>> {
        if urls.is_empty() {
            return Ok(Vec::new());
        }
        let statement = Query::select()
            .distinct()
            .column(Users::Avatar)
            .from(Users::Table)
            .and_where(Expr::col(Users::Avatar).is_in(urls.iter().map(String::as_str)))
            .and_where(Expr::col(Users::Avatar).ne(constant("")))
            .take();
        let rows: Vec<AvatarRow> = self.database.all(&statement).await?;
        Ok(rows.into_iter().map(|row| row.avatar).collect())
    }
}

/// Users restored meanwhile are kept.
async fn remove(tx: &mut Tx, id: UserId, before: Timestamp, context: &AuditContext) -> Result<Ended<bool>> {
    let Some(user) = hold(tx, id).await? else { return Ok(Ended::Abort(false)) };
    let Some(removal) = user.purge(before, context) else { return Ok(Ended::Abort(false)) };
    let delete = Query::delete().from_table(Users::Table).and_where(Expr::col(Users::Id).eq(id.0)).take();
    tx.execute(&delete).await?;
    tx.execute(&events::row(&removal.event, id.0)?).await?;
    audit::append(tx, &removal.audit).await?;
    Ok(Ended::Commit(true))
}
