//! The list of all users, which administrators page through.

use sea_query::{Expr, ExprTrait, LikeExpr, Order, SelectStatement};
use usher_domain::{Keyword, Role, User, UserId};
use usher_ports::outbound::UserFilter;

use super::read::{user, users};
use super::row::UserRow;
use crate::database::{Database, Result};
use crate::iden::Users;

#[derive(sqlx::FromRow)]
struct IdRow {
    id: i64,
}

pub(super) async fn list(
    database: &Database,
    common: u64,
    filter: &UserFilter,
    before: Option<UserId>,
    limit: u32,
) -> Result<Vec<User>> {
    let statement = match &filter.name {
        None => page(users(), filter, before, limit),
        Some(keyword) if is_common(database, keyword, common).await? => {
            // The index would yield far more than it takes to go down from the newest until a page is full.
            page(users().and_where(contains(keyword)).take(), filter, before, limit)
        }
        Some(keyword) => {
            // First who they are, by the index; then all of them at once.
            let ids: Vec<IdRow> =
                database.all(&page(named(database, keyword), filter, before, limit)).await?;
            users()
                .and_where(user(Users::Id).is_in(ids.into_iter().map(|row| row.id)))
                .order_by((Users::Table, Users::Id), Order::Desc)
                .take()
        }
    };
    database.all::<UserRow>(&statement).await?.into_iter().map(User::try_from).collect()
}

/// The ids of registered users whose name contains the keyword, by the index.
fn named(database: &Database, keyword: &Keyword) -> SelectStatement {
    database.dialect().users_whose_key_contains(keyword).column((Users::Table, Users::Id)).take()
}

/// Whether that many and one more names contain the keyword.
async fn is_common(database: &Database, keyword: &Keyword, common: u64) -> Result<bool> {
    let one_more = named(database, keyword).limit(1).offset(common).take();
    Ok(database.one::<IdRow>(&one_more).await?.is_some())
}

/// The same users, without the index.
fn contains(keyword: &Keyword) -> Expr {
    let text = keyword.as_str().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = LikeExpr::new(format!("%{text}%")).escape('!');
    user(Users::Role).eq(Role::User.as_str()).and(user(Users::UsernameKey).like(pattern))
}

fn page(mut of: SelectStatement, filter: &UserFilter, before: Option<UserId>, limit: u32) -> SelectStatement {
    of.and_where_option(filter.role.map(|role| user(Users::Role).eq(role.as_str())))
        .and_where_option(filter.status.map(|status| user(Users::Status).eq(status.code())))
        .and_where_option(before.map(|id| user(Users::Id).lt(id.0)))
        .order_by((Users::Table, Users::Id), Order::Desc)
        .limit(u64::from(limit))
        .take()
}
