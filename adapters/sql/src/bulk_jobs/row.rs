//! Jobs and their users as the database keeps them.

use std::net::IpAddr;

use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use serde::{Deserialize, Serialize};
use usher_domain::{
    AccountState, BulkCounts, BulkJob, BulkJobId, BulkOutcome, BulkUser, DeviceAttribute, Reason, Search,
    Status, Timestamp, UserFilter, UserId, Version,
};

use crate::database::{DatabaseError, Result, record};
use crate::iden::{BulkJobUsers, BulkJobs as Jobs};

record! {
    pub(super) struct JobRow {
        id: i64,
        action: String,
        undoes: Option<i64>,
        filter: String,
        spares_bans: bool,
        actor: String,
        address: Option<String>,
        reason: String,
        state: String,
        total: Option<i64>,
        changed: i64,
        unchanged: i64,
        missing: i64,
        position: i64,
        created_at: i64,
        updated_at: i64,
        ended_at: Option<i64>,
        listed_until: Option<i64>,
        undone_by: Option<i64>,
    }
}

const COLUMNS: [Jobs; 18] = [
    Jobs::Id,
    Jobs::Action,
    Jobs::Undoes,
    Jobs::Filter,
    Jobs::SparesBans,
    Jobs::Actor,
    Jobs::Address,
    Jobs::Reason,
    Jobs::State,
    Jobs::Total,
    Jobs::Changed,
    Jobs::Unchanged,
    Jobs::Missing,
    Jobs::Position,
    Jobs::CreatedAt,
    Jobs::UpdatedAt,
    Jobs::EndedAt,
    Jobs::ListedUntil,
];

/// Jobs, each with the one that undoes it.
pub(super) fn jobs() -> SelectStatement {
    let undo = Alias::new("undo");
    let undoes = Expr::col((undo.clone(), Jobs::Undoes)).equals((Jobs::Table, Jobs::Id));
    Query::select()
        .columns(COLUMNS.map(|column| (Jobs::Table, column)))
        .expr_as(Expr::col((undo.clone(), Jobs::Id)), Alias::new("undone_by"))
        .from(Jobs::Table)
        .join_as(sea_query::JoinType::LeftJoin, Jobs::Table, undo, undoes)
        .take()
}

fn count(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| DatabaseError::Corrupt("a count of bulk_jobs"))
}

impl TryFrom<JobRow> for BulkJob {
    type Error = DatabaseError;

    fn try_from(row: JobRow) -> Result<Self> {
        Ok(Self {
            id: BulkJobId(row.id),
            action: row.action.parse().map_err(|_| DatabaseError::Corrupt("bulk_jobs.action"))?,
            filter: read_filter(&row.filter)?,
            undoes: row.undoes.map(BulkJobId),
            undone_by: row.undone_by.map(BulkJobId),
            spares_bans: row.spares_bans,
            by: row.actor,
            from: row.address.and_then(|address| address.parse().ok()),
            reason: Reason::from_store(row.reason),
            state: row.state.parse().map_err(|_| DatabaseError::Corrupt("bulk_jobs.state"))?,
            total: row.total.map(count).transpose()?,
            counts: BulkCounts {
                changed: count(row.changed)?,
                unchanged: count(row.unchanged)?,
                missing: count(row.missing)?,
            },
            position: UserId(row.position),
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            ended_at: row.ended_at.map(Timestamp::from_millis),
            listed_until: row.listed_until.map(Timestamp::from_millis),
        })
    }
}

/// The column `filter`.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct FilterText {
    role: Option<String>,
    status: Option<i64>,
    deleted: Option<bool>,
    deleted_before: Option<i64>,
    /// Left out where there is none, for nodes of releases that do not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_from: Option<IpAddr>,
    platform: Option<String>,
    search: Option<String>,
    up_to: Option<i64>,
}

/// A filter as text; none is empty.
pub(super) fn filter_text(filter: Option<&UserFilter>) -> Result<String> {
    let Some(filter) = filter else { return Ok(String::new()) };
    let text = FilterText {
        role: filter.role.map(|role| role.as_str().to_owned()),
        status: filter.status.map(Status::code),
        deleted: filter.deleted,
        deleted_before: filter.deleted_before.map(Timestamp::as_millis),
        registered_from: filter.registered_from,
        platform: filter.platform.as_ref().map(|platform| platform.as_str().to_owned()),
        search: filter.search.as_ref().map(|search| search.text().to_owned()),
        up_to: filter.up_to.map(|id| id.0),
    };
    serde_json::to_string(&text).map_err(|_| DatabaseError::Corrupt("a filter that cannot be written"))
}

/// What cannot be read must not match more than it did: it is no filter, but an error.
fn read_filter(text: &str) -> Result<Option<UserFilter>> {
    const CORRUPT: DatabaseError = DatabaseError::Corrupt("bulk_jobs.filter");
    if text.is_empty() {
        return Ok(None);
    }
    let text: FilterText = serde_json::from_str(text).map_err(|_| CORRUPT)?;
    Ok(Some(UserFilter {
        role: text.role.map(|role| role.parse().map_err(|_| CORRUPT)).transpose()?,
        status: text.status.map(|code| Status::try_from(code).map_err(|_| CORRUPT)).transpose()?,
        deleted: text.deleted,
        deleted_before: text.deleted_before.map(Timestamp::from_millis),
        registered_from: text.registered_from,
        platform: text.platform.map(DeviceAttribute::from_store),
        search: text.search.map(|search| Search::parse(&search).map_err(|_| CORRUPT)).transpose()?,
        up_to: text.up_to.map(UserId),
    }))
}

record! {
    pub(super) struct UserRow {
        user_id: i64,
        username: String,
        outcome: String,
        status: i64,
        disabled_until: Option<i64>,
        disabled_reason: String,
        disabled_by: String,
        deleted_at: Option<i64>,
        version: i64,
    }
}

/// The key comes first.
pub(super) const fn user_columns() -> [BulkJobUsers; 10] {
    [
        BulkJobUsers::JobId,
        BulkJobUsers::UserId,
        BulkJobUsers::Username,
        BulkJobUsers::Outcome,
        BulkJobUsers::Status,
        BulkJobUsers::DisabledUntil,
        BulkJobUsers::DisabledReason,
        BulkJobUsers::DisabledBy,
        BulkJobUsers::DeletedAt,
        BulkJobUsers::Version,
    ]
}

pub(super) fn values(job: BulkJobId, user: &BulkUser) -> [Expr; 10] {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    [
        job.0.into(),
        user.user.0.into(),
        user.username.as_str().into(),
        user.outcome.as_str().into(),
        user.before.status.code().into(),
        millis(user.before.disabled_until).into(),
        user.before.disabled_reason.as_str().into(),
        user.before.disabled_by.as_str().into(),
        millis(user.before.deleted_at).into(),
        user.version.0.into(),
    ]
}

/// Those with this outcome, from the highest id downwards.
pub(super) fn users_of(
    job: BulkJobId,
    outcome: BulkOutcome,
    below: Option<UserId>,
    limit: u32,
) -> SelectStatement {
    Query::select()
        .columns(user_columns().into_iter().skip(1))
        .from(BulkJobUsers::Table)
        .and_where(Expr::col(BulkJobUsers::JobId).eq(job.0))
        .and_where(Expr::col(BulkJobUsers::Outcome).eq(outcome.as_str()))
        .and_where_option(below.map(|below| Expr::col(BulkJobUsers::UserId).lt(below.0)))
        .order_by(BulkJobUsers::UserId, Order::Desc)
        .limit(u64::from(limit))
        .take()
}

impl TryFrom<UserRow> for BulkUser {
    type Error = DatabaseError;

    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            user: UserId(row.user_id),
            username: row.username,
            outcome: row.outcome.parse().map_err(|_| DatabaseError::Corrupt("bulk_job_users.outcome"))?,
            before: AccountState {
                status: Status::try_from(row.status)
                    .map_err(|_| DatabaseError::Corrupt("bulk_job_users.status"))?,
                disabled_until: row.disabled_until.map(Timestamp::from_millis),
                disabled_reason: Reason::from_store(row.disabled_reason),
                disabled_by: row.disabled_by,
                deleted_at: row.deleted_at.map(Timestamp::from_millis),
            },
            version: Version(row.version),
        })
    }
}
