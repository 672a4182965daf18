//! Two GIN indexes over the registered users: `pg_trgm` for three characters and more, arrays of the single characters
//! and pairs for fewer. Where a keyword is so common that reading the table from its start fills a page sooner, the
//! planner does that.

use sea_query::extension::postgres::PgBinOper;
use sea_query::{
    Alias, CommonTableExpression, DynIden, Expr, ExprTrait as _, Func, Iden, InsertStatement, IntoIden as _,
    Query, SelectStatement, WithClause, WithQuery,
};
use usher_domain::{
    ClientAddress, DeviceAttribute, DeviceAttributes, DeviceId, Event, Keyword, Role, Timestamp,
};

use super::RawStatement;
use crate::condition::{constant, containing};
use crate::database::Result;
use crate::events;
use crate::iden::{Devices, Users};

/// Whether the keyword has no trigram.
pub(super) fn is_short(keyword: &Keyword) -> bool {
    keyword.as_str().chars().count() < 3
}

pub(super) fn users_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    let key = Expr::col((Users::Table, Users::UsernameKey));
    let contains = if is_short(keyword) {
        let one = Expr::cust_with_values("array_append('{}'::text[], $1)", [keyword.as_str()]);
        Expr::from(Func::cust("username_grams").arg(key)).binary(PgBinOper::Contains, one)
    } else {
        key.like(containing(keyword.as_str()))
    };
    Query::select()
        .from(Users::Table)
        .and_where(contains)
        .and_where(Expr::col((Users::Table, Users::Role)).eq(constant(Role::User.as_str())))
        .take()
}

/// Device and account in one round trip.
pub(super) fn record_visit(
    device: &DeviceId,
    attributes: &DeviceAttributes,
    from: ClientAddress,
    at: Timestamp,
) -> RawStatement {
    let said = |attribute: &Option<DeviceAttribute>| {
        attribute.as_ref().map(|attribute| attribute.as_str().to_owned()).into()
    };
    RawStatement::new(
        "WITH device AS (
            UPDATE devices SET platform = COALESCE($1, platform), model = COALESCE($2, model),
                os = COALESCE($3, os), brand = COALESCE($4, brand), last_seen_at = $5
            WHERE id = $6 RETURNING user_id
        )
        UPDATE users SET last_login_at = $5, last_login_from = $7
        FROM device WHERE users.id = device.user_id AND users.role = 'visitor'",
        [
            said(&attributes.platform),
            said(&attributes.model),
            said(&attributes.os),
            said(&attributes.brand),
            at.as_millis().into(),
            device.as_str().into(),
            from.to_string().into(),
        ],
    )
}

#[derive(Clone, Copy, Iden)]
enum Account {
    Table,
    Id,
}

/// An account, its device, its events and perhaps its first session in one round trip. `device` and `session` make a row of
/// what names the owner.
pub(crate) fn add_with_device(
    mut account: InsertStatement,
    device: impl FnOnce(Expr) -> InsertStatement,
    events: &[Event],
    session: Option<impl FnOnce(Expr) -> InsertStatement>,
) -> Result<WithQuery> {
    account.returning_col(Users::Id);
    let owner = || Expr::from(Query::select().column(Account::Id).from(Account::Table).take());
    let mut statement = WithClause::new();
    let mut with = |name: DynIden, query: InsertStatement| {
        statement.cte(CommonTableExpression::new().table_name(name).query(query).to_owned());
    };
    with(Account::Table.into_iden(), account);
    for (number, event) in events.iter().enumerate() {
        with(Alias::new(format!("event_{number}")).into_iden(), events::row(event, owner())?);
    }
    if let Some(session) = session {
        with(Alias::new("first_session").into_iden(), session(owner()));
    }
    let mut device = device(owner());
    device.returning_col(Devices::UserId);
    Ok(statement.query(device))
}

/// Which of the two keys forbade it.
pub(crate) fn is_taken_device(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint) == Some("devices_pkey")
}
