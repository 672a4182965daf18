use async_trait::async_trait;
use sea_query::{Asterisk, Expr, ExprTrait, Order, Query, SelectStatement};
use usher_domain::{FoundUser, Keyword, Nickname, Role, Status, UserId, Username};
use usher_ports::outbound::NameSearch;
use uuid::Uuid;

use super::SqlUsers;
use crate::condition::containing;
use crate::database::{DatabaseError, Result, StoreResult, record};
use crate::iden::Users;

record! {
    struct FoundRow {
        id: i64,
        uuid: Uuid,
        username: String,
        nickname: String,
        avatar: String,
        role: String,
    }
}

impl TryFrom<FoundRow> for FoundUser {
    type Error = DatabaseError;

    fn try_from(row: FoundRow) -> Result<Self> {
        Ok(Self {
            id: UserId(row.id),
            uuid: row.uuid,
            username: Username::from_store(row.username),
            nickname: Nickname::from_store(row.nickname),
            avatar: row.avatar,
            role: row.role.parse().map_err(|_| DatabaseError::Corrupt("users.role"))?,
        })
    }
}

#[async_trait]
impl NameSearch for SqlUsers {
    /// The user with exactly that name, by the unique key; then users whose name contains it, by the search index.
    #[tracing::instrument(name = "db.users.search", level = "debug", skip_all)]
    async fn search(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> StoreResult<Vec<FoundUser>> {
        let namesake = Query::select()
            .from(Users::Table)
            .and_where(Expr::col((Users::Table, Users::UsernameKey)).eq(keyword.as_str()))
            .take();
        let namesake: Option<FoundRow> = self.database.one(&visible(namesake, searcher, limit)).await?;
        let mut found: Vec<FoundRow> = namesake.into_iter().collect();
        let others = self.containing(keyword, searcher, limit).await?;
        let namesake = found.first().map(|row| row.id);
        found.extend(others.into_iter().filter(|row| Some(row.id) != namesake));
        found.truncate(limit as usize);
        Ok(found.into_iter().map(FoundUser::try_from).collect::<Result<_>>()?)
    }
}

impl SqlUsers {
    async fn containing(&self, keyword: &Keyword, searcher: UserId, limit: u32) -> Result<Vec<FoundRow>> {
        let dialect = self.database.dialect();
        if dialect.looks_at_the_newest_first(keyword) {
            let newest = newest_whose_key_contains(keyword);
            let found: Vec<FoundRow> = self.database.all(&visible(newest, searcher, limit)).await?;
            if found.len() >= limit as usize {
                return Ok(found);
            }
        }
        self.database.all(&visible(dialect.users_whose_key_contains(keyword), searcher, limit)).await
    }
}

/// How many are the newest. The share of them that a keyword fits is taken for the share of all.
pub(super) const NEWEST: u64 = 2_000;

/// Those of the newest users whose key contains the keyword: quick, however many users there are.
pub(super) fn newest_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    let newest = Query::select()
        .column(Asterisk)
        .from(Users::Table)
        .order_by(Users::Id, Order::Desc)
        .limit(NEWEST)
        .take();
    let key = Expr::col((Users::Table, Users::UsernameKey));
    Query::select()
        .from_subquery(newest, Users::Table)
        .and_where(key.like(containing(keyword.as_str())))
        .take()
}

/// Only enabled registered users other than the searcher, and of them only the public view.
fn visible(mut from: SelectStatement, searcher: UserId, limit: u32) -> SelectStatement {
    let user = |column: Users| Expr::col((Users::Table, column));
    let shown = [Users::Id, Users::Uuid, Users::Username, Users::Nickname, Users::Avatar, Users::Role];
    from.columns(shown.map(|column| (Users::Table, column)))
        .and_where(user(Users::Role).eq(Role::User.as_str()))
        .and_where(user(Users::Status).eq(Status::Enabled.code()))
        .and_where(user(Users::DeletedAt).is_null())
        .and_where(user(Users::Id).ne(searcher.0))
        .limit(u64::from(limit))
        .take()
}
