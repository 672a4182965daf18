//! Writing numbers.

use sea_query::{Expr, ExprTrait, InsertStatement, LockType, OnConflict, Order, Query};
use usher_domain::{AccountTotals, Count, Day, Hour, Measure};
use usher_ports::outbound::Counted;

use super::{ActiveRow, active};
use crate::database::{Ended, Result, Tx, record};
use crate::iden::{ActivePeople, HourlyStatistics, Statistics};

/// How many people one statement writes.
const PAGE: usize = 500;

/// The measure of refusals, whose values are reasons.
pub(super) const REFUSED_FOR: &str = "refused_for";

/// The measures of accounts.
pub(super) const ACCOUNTS: &str = "accounts";
pub(super) const DISABLED: &str = "disabled";
pub(super) const DELETED: &str = "deleted";

record! {
    struct UserRow {
        #[expect(dead_code, reason = "that there is one is all that is asked")]
        user_id: i64,
    }
}

/// Rows are written in their order, so that of two who write the same ones none waits for the other in turn.
pub(super) async fn write(tx: &mut Tx, counted: &Counted) -> Result<Ended<()>> {
    let mut rows: Vec<(&str, &str, i64)> = counted.counts.iter().map(row).collect();
    rows.sort_unstable();
    for &(measure, value, number) in &rows {
        let sum = Expr::col((Statistics::Table, Statistics::Number)).add(number);
        tx.execute(&number_of(counted.day, measure, value, number, sum)).await?;
    }
    let totals = counted.counts.iter().filter_map(|(count, number)| match count {
        Count::Total(measure) => Some((*measure, *number)),
        Count::Split(..) | Count::Refused(_) => None,
    });
    let mut totals: Vec<(Measure, u64)> = totals.collect();
    totals.sort_unstable();
    for (measure, number) in totals {
        tx.execute(&number_of_hour(counted.hour, measure, stored(number))).await?;
    }
    for people in counted.active.chunks(PAGE) {
        let key = [ActivePeople::Day, ActivePeople::UserId];
        let mut insert = Query::insert()
            .into_table(ActivePeople::Table)
            .columns([ActivePeople::Day, ActivePeople::UserId, ActivePeople::SeenAt])
            .on_conflict(OnConflict::columns(key).update_column(ActivePeople::SeenAt).to_owned())
            .take();
        for user in people {
            insert.values_panic([counted.day.0.into(), user.0.into(), counted.seen_at.as_millis().into()]);
        }
        tx.execute(&insert).await?;
    }
    Ok(Ended::Commit(()))
}

pub(super) async fn write_totals(tx: &mut Tx, day: Day, totals: AccountTotals) -> Result<Ended<()>> {
    for (measure, number) in
        [(ACCOUNTS, totals.accounts), (DELETED, totals.deleted), (DISABLED, totals.disabled)]
    {
        let number = stored(number);
        tx.execute(&number_of(day, measure, "", number, Expr::val(number))).await?;
    }
    Ok(Ended::Commit(()))
}

pub(super) async fn close_day(tx: &mut Tx, day: i64) -> Result<Ended<()>> {
    let lock = Query::select()
        .column(ActivePeople::UserId)
        .from(ActivePeople::Table)
        .and_where(Expr::col(ActivePeople::Day).eq(day))
        .order_by(ActivePeople::UserId, Order::Asc)
        .limit(1)
        .lock(LockType::Update)
        .take();
    if tx.one::<UserRow>(&lock).await?.is_none() {
        return Ok(Ended::Abort(()));
    }
    let count = active().and_where(Expr::col(ActivePeople::Day).eq(day)).take();
    let Some(ActiveRow { number, .. }) = tx.one(&count).await? else { return Ok(Ended::Abort(())) };
    let day_over = number_of(Day(day), Measure::Active.as_str(), "", number, Expr::val(number));
    tx.execute(&day_over).await?;
    let delete = Query::delete()
        .from_table(ActivePeople::Table)
        .and_where(Expr::col(ActivePeople::Day).eq(day))
        .take();
    tx.execute(&delete).await?;
    Ok(Ended::Commit(()))
}

fn row((count, number): &(Count, u64)) -> (&str, &str, i64) {
    let (measure, value) = match count {
        Count::Total(measure) => (measure.as_str(), ""),
        Count::Split(dimension, value) => (dimension.as_str(), value.as_str()),
        Count::Refused(reason) => (REFUSED_FOR, reason.as_str()),
    };
    (measure, value, stored(*number))
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number, or what becomes of it if there is one.
fn number_of(day: Day, measure: &str, value: &str, number: i64, becomes: Expr) -> InsertStatement {
    let key = [Statistics::Day, Statistics::Measure, Statistics::Value];
    Query::insert()
        .into_table(Statistics::Table)
        .columns([Statistics::Day, Statistics::Measure, Statistics::Value, Statistics::Number])
        .values_panic([day.0.into(), measure.into(), value.into(), number.into()])
        .on_conflict(OnConflict::columns(key).value(Statistics::Number, becomes).to_owned())
        .take()
}

/// A number of an hour, added to that which is there.
fn number_of_hour(hour: Hour, measure: Measure, number: i64) -> InsertStatement {
    let key = [HourlyStatistics::Hour, HourlyStatistics::Measure];
    let sum = Expr::col((HourlyStatistics::Table, HourlyStatistics::Number)).add(number);
    Query::insert()
        .into_table(HourlyStatistics::Table)
        .columns([HourlyStatistics::Hour, HourlyStatistics::Measure, HourlyStatistics::Number])
        .values_panic([hour.0.into(), measure.as_str().into(), number.into()])
        .on_conflict(OnConflict::columns(key).value(HourlyStatistics::Number, sum).to_owned())
        .take()
}
