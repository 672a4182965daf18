//! The list of all users, which administrators page through.

use std::net::IpAddr;

use std::collections::HashMap;

use async_trait::async_trait;
use sea_query::{Alias, Cond, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use usher_domain::{
    AccountTotals, DeviceAttribute, Keyword, Role, Search, Status, Timestamp, User, UserCursor, UserFilter,
};
use usher_ports::outbound::UserDirectory;

use super::SqlUsers;
use super::name_search::{NEWEST, newest_whose_key_contains};
use super::row::UserRow;
use super::user_lookup::{user, users};
use crate::condition::{constant, containing};
use crate::database::{Database, DatabaseError, Result, StoreResult, record};
use crate::iden::{Devices, Users};

record! {
    struct IdRow {
        id: i64,
    }
}

record! {
    struct CountRow {
        found: i64,
    }
}

record! {
    struct TotalsRow {
        accounts: i64,
        disabled: i64,
        deleted: i64,
    }
}

#[async_trait]
impl UserDirectory for SqlUsers {
    /// First who they are, which indexes answer; then all of them at once.
    #[tracing::instrument(name = "db.users.list", level = "debug", skip_all)]
    async fn list(&self, filter: &UserFilter, cursor: &UserCursor, limit: u32) -> StoreResult<Vec<User>> {
        let ids = self.ids(filter, cursor, limit).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = users().and_where(user(Users::Id).is_in(ids.iter().copied())).take();
        let rows: Vec<UserRow> = self.database.all(&rows).await?;
        let rows: Vec<User> = rows.into_iter().map(User::try_from).collect::<Result<_>>()?;
        let mut found: HashMap<i64, User> = rows.into_iter().map(|user| (user.id.0, user)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    #[tracing::instrument(name = "db.users.count", level = "debug", skip_all)]
    async fn count(&self, filter: &UserFilter, most: u32) -> StoreResult<u32> {
        let some = fitting(&self.database, self.common, filter).await?.limit(u64::from(most)).take();
        let statement = Query::select()
            .expr_as(Expr::col(Alias::new("id")).count(), Alias::new("found"))
            .from_subquery(some, Alias::new("some_users"))
            .take();
        let row = self.database.all::<CountRow>(&statement).await?.into_iter().next();
        let found = row.map_or(0, |row| row.found);
        Ok(u32::try_from(found).map_err(|_| DatabaseError::Corrupt("a count"))?)
    }

    /// Each number is counted along the smallest index that holds it.
    #[tracing::instrument(name = "db.users.account_totals", level = "debug", skip_all)]
    async fn account_totals(&self) -> StoreResult<AccountTotals> {
        let disabled = user(Users::Status).ne(constant(Status::Enabled.code()));
        let statement = Query::select()
            .expr_as(counted(None), Alias::new("accounts"))
            .expr_as(counted(Some(disabled.and(user(Users::DeletedAt).is_null()))), Alias::new("disabled"))
            .expr_as(counted(Some(user(Users::DeletedAt).is_not_null())), Alias::new("deleted"))
            .take();
        let row: Option<TotalsRow> = self.database.all(&statement).await?.into_iter().next();
        let natural = |number| u64::try_from(number).map_err(|_| DatabaseError::Corrupt("a count"));
        let Some(row) = row else { return Ok(AccountTotals::default()) };
        let deleted = natural(row.deleted)?;
        let accounts = natural(row.accounts)?.saturating_sub(deleted);
        Ok(AccountTotals { accounts, disabled: natural(row.disabled)?, deleted })
    }
}

/// How many users fit, as a column of another statement.
fn counted(fit: Option<Expr>) -> Expr {
    let count = Query::select()
        .expr(Expr::col((Users::Table, Users::Id)).count())
        .from(Users::Table)
        .and_where_option(fit)
        .take();
    Expr::from(count)
}

impl SqlUsers {
    /// Who is on a page.
    pub(crate) async fn ids(&self, filter: &UserFilter, cursor: &UserCursor, limit: u32) -> Result<Vec<i64>> {
        let fitting = fitting(&self.database, self.common, filter).await?;
        let rows: Vec<IdRow> = self.database.all(&sorted(fitting, cursor, limit)).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// The ids of those that fit.
async fn fitting(database: &Database, common: u64, filter: &UserFilter) -> Result<SelectStatement> {
    let mut statement = Query::select()
        .column((Users::Table, Users::Id))
        .from(Users::Table)
        .and_where_option(filter.role.map(|role| user(Users::Role).eq(role.as_str())))
        .and_where_option(filter.status.map(|status| user(Users::Status).eq(status.code())))
        .and_where_option(filter.up_to.map(|last| user(Users::Id).lte(last.0)))
        .and_where_option(filter.deleted_before.map(|time| user(Users::DeletedAt).lt(time.as_millis())))
        .take();
    if filter.status.is_some_and(|status| status != Status::Enabled) {
        // Said for the index, which holds only these.
        statement.and_where(user(Users::Status).ne(constant(Status::Enabled.code())));
    }
    if let Some(address) = filter.registered_from {
        statement.and_where(from_address(address));
    }
    if let Some(gone) = filter.deleted {
        statement.and_where(deleted(database, common, gone).await?);
    }
    if let Some(platform) = &filter.platform {
        statement.and_where(came_with(database, common, platform).await?);
    }
    if let Some(search) = &filter.search {
        statement.cond_where(found_by(database, common, search).await?);
    }
    Ok(statement)
}

fn sorted(mut of: SelectStatement, cursor: &UserCursor, limit: u32) -> SelectStatement {
    let by = |column: Users| (Users::Table, column);
    match cursor {
        UserCursor::Newest(after) => {
            of.and_where_option(after.map(|after| user(Users::Id).lt(after.0)));
            of.order_by(by(Users::Id), Order::Desc);
        }
        UserCursor::LastLogin(after) => {
            if let Some((at, id)) = after {
                let seen = at.map_or(0, Timestamp::as_millis);
                // The first condition is for the index, which row values are not used with everywhere.
                of.and_where(user(Users::LastSeenAt).lte(seen)).cond_where(
                    Cond::any().add(user(Users::LastSeenAt).lt(seen)).add(user(Users::Id).lt(id.0)),
                );
            }
            of.order_by(by(Users::LastSeenAt), Order::Desc).order_by(by(Users::Id), Order::Desc);
        }
        UserCursor::Username(after) => {
            let after = after.as_ref().map(|after| user(Users::UsernameKey).gt(after.as_str()));
            of.and_where_option(after).order_by(by(Users::UsernameKey), Order::Asc);
        }
    }
    of.limit(u64::from(limit)).take()
}

/// Those who are deleted, who are few, or those who are not.
async fn deleted(database: &Database, common: u64, gone: bool) -> Result<Expr> {
    if !gone {
        return Ok(user(Users::DeletedAt).is_null());
    }
    let condition = user(Users::DeletedAt).is_not_null();
    let ids = few(database, &from_users(condition.clone()), common).await?;
    Ok(ids.map_or(condition, |ids| user(Users::Id).is_in(ids)))
}

/// Those who came with a device of this platform. A rare one is answered by its index; among those of a common one it
/// is quicker to go along the order until a page is full.
async fn came_with(database: &Database, common: u64, platform: &DeviceAttribute) -> Result<Expr> {
    let devices = || {
        Query::select()
            .from(Devices::Table)
            .and_where(Expr::col((Devices::Table, Devices::Platform)).eq(platform.as_str()))
            .take()
    };
    let owner = (Devices::Table, Devices::UserId);
    let owners = devices().expr_as(Expr::col(owner), Alias::new("id")).take();
    if is_common(database, &owners, common).await? {
        let theirs = Expr::col(owner).equals((Users::Table, Users::Id));
        let one = devices().column(owner).and_where(theirs).limit(1).take();
        // `EXISTS` says the same, and every engine but PostgreSQL then reads all devices of the platform first.
        return Ok(Expr::from(one).is_not_null());
    }
    Ok(user(Users::Id).in_subquery(owners))
}

/// Those whom a search finds: by the indexes, or, where one of these would yield far more than fit on a page, by
/// looking at one after the other.
async fn found_by(database: &Database, common: u64, search: &Search) -> Result<Condition> {
    let keyword = search.keyword();
    let (named, nicknamed) =
        (begins(user(Users::UsernameKey), keyword.as_str()), nicknamed(keyword.as_str()));
    let containing =
        database.dialect().users_whose_key_contains(keyword).column((Users::Table, Users::Id)).take();
    let mut sources = vec![(from_users(named.clone()), named), (from_users(nicknamed.clone()), nicknamed)];
    if let Some(uuid) = search.uuid() {
        let this = user(Users::Uuid).eq(uuid);
        sources.push((from_users(this.clone()), this));
    }
    if let Some(address) = search.address() {
        sources.push((from_users(from_address(address)), from_address(address)));
    }
    if let Some(start) = search.device() {
        let owners = owners_of_devices(start);
        sources.push((owners.clone(), user(Users::Id).in_subquery(owners)));
    }
    let (mut ids, mut found): (Vec<i64>, _) = (search.id().map(|id| id.0).into_iter().collect(), Cond::any());
    if is_frequent(database, keyword).await? {
        found = found.add(contains(keyword));
    } else {
        sources.push((containing, contains(keyword)));
    }
    for (source, condition) in sources {
        match few(database, &source, common).await? {
            Some(some) => ids.extend(some),
            None => found = found.add(condition),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(found.add(user(Users::Id).is_in(ids)))
}

fn from_address(address: IpAddr) -> Expr {
    user(Users::RegisteredFrom).eq(address.to_string())
}

fn from_users(condition: Expr) -> SelectStatement {
    Query::select().column((Users::Table, Users::Id)).from(Users::Table).and_where(condition).take()
}

/// The ids that a statement yields, if they are no more than that many.
async fn few(database: &Database, statement: &SelectStatement, common: u64) -> Result<Option<Vec<i64>>> {
    let some = statement.clone().limit(common + 1).take();
    let some: Vec<IdRow> = database.all(&some).await?;
    Ok((some.len() as u64 <= common).then(|| some.into_iter().map(|row| row.id).collect()))
}

/// Whether a statement yields more than that many.
async fn is_common(database: &Database, statement: &SelectStatement, common: u64) -> Result<bool> {
    let one_more = statement.clone().limit(1).offset(common).take();
    Ok(!database.all::<IdRow>(&one_more).await?.is_empty())
}

/// Whether a hundredth of the newest users has the keyword in the name. The index is not asked how many have it then:
/// it would count up to [`SqlUsers::COMMON`], and `PostgreSQL` collects every match before it counts.
async fn is_frequent(database: &Database, keyword: &Keyword) -> Result<bool> {
    let found = newest_whose_key_contains(keyword)
        .column((Users::Table, Users::Id))
        .and_where(user(Users::Role).eq(Role::User.as_str()))
        .take();
    is_common(database, &found, NEWEST / 100).await
}

fn owners_of_devices(start: &str) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(Devices::UserId), Alias::new("id"))
        .from(Devices::Table)
        .and_where(begins(Expr::col(Devices::Id), start))
        .take()
}

/// The condition that it is not empty is for the index, which leaves empty ones out.
fn nicknamed(start: &str) -> Expr {
    begins(user(Users::NicknameKey), start).and(user(Users::NicknameKey).ne(constant("")))
}

/// A range, which every index answers. No text goes on with a character behind the last.
fn begins(column: Expr, start: &str) -> Expr {
    let end = format!("{start}{}", char::MAX);
    column.clone().gte(start).and(column.lt(end))
}

/// Registered users whose name contains the keyword, without the index.
fn contains(keyword: &Keyword) -> Expr {
    let named = user(Users::UsernameKey).like(containing(keyword.as_str()));
    user(Users::Role).eq(Role::User.as_str()).and(named)
}
