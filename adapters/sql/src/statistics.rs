use async_trait::async_trait;
use sea_query::{
    Alias, Expr, ExprTrait, InsertStatement, LockType, OnConflict, Order, Query, SelectStatement,
};
use usher_domain::{Count, Day, Dimension, Measure, UserId};
use usher_ports::outbound::Statistics as StatisticsPort;

use crate::database::{Database, DatabaseError, Ended, Result, StoreResult, Tx, record};
use crate::iden::{ActivePeople, Statistics};

/// Numbers by the day, in the database: some rows a day, and one for each person who is active today.
#[derive(Clone, Debug)]
pub struct SqlStatistics(Database);

/// How many people one statement writes.
const PAGE: usize = 500;

record! {
    struct TotalRow {
        day: i64,
        measure: String,
        number: i64,
    }
}

record! {
    struct ActiveRow {
        day: i64,
        number: i64,
    }
}

record! {
    struct SplitRow {
        value: String,
        number: i64,
    }
}

impl SqlStatistics {
    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    /// A second node waits for the row locks, and finds none.
    async fn close_days(&self, before: Day) -> Result<()> {
        let days: Vec<ActiveRow> =
            self.0.all(&active().and_where(Expr::col(ActivePeople::Day).lt(before.0)).take()).await?;
        for ActiveRow { day, .. } in days {
            self.0.write(day, |tx, day| Box::pin(close_day(tx, *day))).await?;
        }
        Ok(())
    }

    async fn read_totals(&self, from: Day, until: Day) -> Result<Vec<(Day, Measure, u64)>> {
        let statement = Query::select()
            .columns([Statistics::Day, Statistics::Measure, Statistics::Number])
            .from(Statistics::Table)
            .and_where(Expr::col(Statistics::Measure).is_in(Measure::ALL.map(Measure::as_str)))
            .and_where(Expr::col(Statistics::Day).between(from.0, until.0))
            .take();
        let mut totals = Vec::new();
        for TotalRow { day, measure, number } in self.0.all(&statement).await? {
            let measure = measure.parse().map_err(|_| DatabaseError::Corrupt("statistics.measure"))?;
            totals.push((Day(day), measure, natural(number)?));
        }
        let open = active().and_where(Expr::col(ActivePeople::Day).between(from.0, until.0)).take();
        for ActiveRow { day, number } in self.0.all(&open).await? {
            totals.push((Day(day), Measure::Active, natural(number)?));
        }
        Ok(totals)
    }

    async fn read_split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> Result<Vec<(String, u64)>> {
        let sum = || Expr::col(Statistics::Number).sum().cast_as(Alias::new(self.0.dialect().integer()));
        let statement = Query::select()
            .column(Statistics::Value)
            .expr_as(sum(), Alias::new("number"))
            .from(Statistics::Table)
            .and_where(Expr::col(Statistics::Measure).eq(dimension.as_str()))
            .and_where(Expr::col(Statistics::Day).between(from.0, until.0))
            .group_by_col(Statistics::Value)
            .order_by_expr(sum(), Order::Desc)
            .order_by(Statistics::Value, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<SplitRow> = self.0.all(&statement).await?;
        rows.into_iter().map(|row| Ok((row.value, natural(row.number)?))).collect()
    }
}

/// Rows are written in their order, so that of two who write the same ones none waits for the other in turn.
async fn write(tx: &mut Tx, day: Day, counts: &[(Count, u64)], active: &[UserId]) -> Result<Ended<()>> {
    let mut rows: Vec<(&str, &str, i64)> = counts.iter().map(row).collect();
    rows.sort_unstable();
    for (measure, value, number) in rows {
        let sum = Expr::col((Statistics::Table, Statistics::Number)).add(number);
        tx.execute(&number_of(day, measure, value, number, sum)).await?;
    }
    for people in active.chunks(PAGE) {
        let mut insert = Query::insert()
            .into_table(ActivePeople::Table)
            .columns([ActivePeople::Day, ActivePeople::UserId])
            .on_conflict(
                OnConflict::columns([ActivePeople::Day, ActivePeople::UserId])
                    .update_column(ActivePeople::UserId)
                    .to_owned(),
            )
            .take();
        for user in people {
            insert.values_panic([day.0.into(), user.0.into()]);
        }
        tx.execute(&insert).await?;
    }
    Ok(Ended::Commit(()))
}

async fn close_day(tx: &mut Tx, day: i64) -> Result<Ended<()>> {
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

record! {
    struct UserRow {
        #[expect(dead_code, reason = "that there is one is all that is asked")]
        user_id: i64,
    }
}

fn row((count, number): &(Count, u64)) -> (&str, &str, i64) {
    let (measure, value) = match count {
        Count::Total(measure) => (measure.as_str(), ""),
        Count::Split(dimension, value) => (dimension.as_str(), value.as_str()),
    };
    (measure, value, i64::try_from(*number).unwrap_or(i64::MAX))
}

fn natural(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| DatabaseError::Corrupt("a negative number"))
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

/// How many were active, by the day.
fn active() -> SelectStatement {
    Query::select()
        .column(ActivePeople::Day)
        .expr_as(Expr::col(ActivePeople::UserId).count(), Alias::new("number"))
        .from(ActivePeople::Table)
        .group_by_col(ActivePeople::Day)
        .take()
}

#[async_trait]
impl StatisticsPort for SqlStatistics {
    #[tracing::instrument(name = "db.statistics.add", level = "debug", skip_all)]
    async fn add(&self, day: Day, counts: &[(Count, u64)], active: &[UserId]) -> StoreResult<()> {
        Ok(self
            .0
            .write((day, counts.to_vec(), active.to_vec()), |tx, (day, counts, active)| {
                Box::pin(write(tx, *day, counts, active))
            })
            .await?)
    }

    #[tracing::instrument(name = "db.statistics.totals", level = "debug", skip_all)]
    async fn totals(&self, from: Day, until: Day) -> StoreResult<Vec<(Day, Measure, u64)>> {
        Ok(self.read_totals(from, until).await?)
    }

    #[tracing::instrument(name = "db.statistics.split", level = "debug", skip_all)]
    async fn split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<(String, u64)>> {
        Ok(self.read_split(dimension, from, until, limit).await?)
    }

    #[tracing::instrument(name = "db.statistics.close", level = "debug", skip_all)]
    async fn close(&self, day: Day) -> StoreResult<()> {
        Ok(self.close_days(day).await?)
    }
}
