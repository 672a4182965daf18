use std::collections::HashMap;

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Query};
use usher_domain::UserId;
use usher_ports::outbound::{Imported, ImportedUser, UserImport};
use uuid::Uuid;

use super::SqlUsers;
use super::account::{accounts, devices, values};
use crate::database::{DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::Users;

/// How many users one statement adds: their names have up to 20 suffixes of three values each, and engines take 32,766
/// values at least.
const ROWS: usize = 500;

#[async_trait]
impl UserImport for SqlUsers {
    #[tracing::instrument(name = "db.users.import", level = "debug", skip_all)]
    async fn import(&self, users: &[ImportedUser]) -> StoreResult<Imported> {
        Ok(self.database.write(users.to_vec(), |tx, users| Box::pin(add_all(tx, users))).await?)
    }
}

async fn add_all(tx: &mut Tx, users: &[ImportedUser]) -> Result<Ended<Imported>> {
    let mut ids = Vec::with_capacity(users.len());
    for some in users.chunks(ROWS) {
        match add(tx, some).await {
            Ok(added) => ids.extend(added),
            Err(DatabaseError::Duplicate(_)) => return Ok(Ended::Abort(Imported::Taken)),
            Err(error) => return Err(error),
        }
    }
    Ok(Ended::Commit(Imported::Done(ids)))
}

async fn add(tx: &mut Tx, users: &[ImportedUser]) -> Result<Vec<UserId>> {
    let mut rows = accounts();
    for user in users {
        rows.values_panic(values(&user.account(), user.password.as_ref()));
    }
    tx.execute(&rows).await?;
    let ids = numbers(tx, users).await?;
    let numbered = || users.iter().zip(ids.iter().copied());
    tx.execute(&devices(numbered().map(|(user, id)| (&user.device, id.0, user.at)))).await?;
    let registered = numbered().filter(|(user, _)| user.password.is_some());
    let names: Vec<_> = registered.map(|(user, id)| (id, user.username.key())).collect();
    if let Some(index) = tx.dialect().index_usernames(&names) {
        tx.execute(&index).await?;
    }
    Ok(ids)
}

record! {
    struct NumberRow {
        id: i64,
        uuid: Uuid,
    }
}

/// The numbers that the rows got: not all engines tell them with the insert.
async fn numbers(tx: &mut Tx, users: &[ImportedUser]) -> Result<Vec<UserId>> {
    let statement = Query::select()
        .columns([Users::Id, Users::Uuid])
        .from(Users::Table)
        .and_where(Expr::col(Users::Uuid).is_in(users.iter().map(|user| user.uuid)))
        .take();
    let rows: Vec<NumberRow> = tx.all(&statement).await?;
    let by_uuid: HashMap<Uuid, i64> = rows.into_iter().map(|row| (row.uuid, row.id)).collect();
    let number = |user: &ImportedUser| by_uuid.get(&user.uuid).copied().map(UserId);
    let numbers: Option<Vec<UserId>> = users.iter().map(number).collect();
    numbers.ok_or(DatabaseError::Corrupt("the number of a row that was just written"))
}
