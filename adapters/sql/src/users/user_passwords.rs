use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Query};
use usher_domain::{PasswordHash, UserId};
use usher_ports::outbound::UserPasswords;

use super::SqlUsers;
use crate::database::{StoreResult, record};
use crate::iden::Users;

record! {
    struct HashRow {
        password_hash: Option<String>,
    }
}

#[async_trait]
impl UserPasswords for SqlUsers {
    #[tracing::instrument(name = "db.users.password_hash", level = "debug", skip_all)]
    async fn password_hash(&self, id: UserId) -> StoreResult<Option<PasswordHash>> {
        let statement = Query::select()
            .column(Users::PasswordHash)
            .from(Users::Table)
            .and_where(Expr::col(Users::Id).eq(id.0))
            .take();
        let row: Option<HashRow> = self.database.one(&statement).await?;
        Ok(row.and_then(|row| row.password_hash).map(PasswordHash::new))
    }

    #[tracing::instrument(name = "db.users.replace_hash", level = "debug", skip_all)]
    async fn replace_hash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> StoreResult<()> {
        let statement = Query::update()
            .table(Users::Table)
            .value(Users::PasswordHash, new.expose())
            .and_where(Expr::col(Users::Id).eq(id.0))
            .and_where(Expr::col(Users::PasswordHash).eq(old.expose()))
            .take();
        self.database.execute(&statement).await?;
        Ok(())
    }
}
