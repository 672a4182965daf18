mod write;

use async_trait::async_trait;
use sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use usher_domain::{AccountTotals, Day, Dimension, Hour, Measure, RefusalReason, Timestamp};
use usher_ports::outbound::{Counted, Statistics as StatisticsPort};

use crate::database::{Database, DatabaseError, Result, StoreResult, record};
use crate::iden::{ActivePeople, HourlyStatistics, Statistics};
use write::{ACCOUNTS, DELETED, DISABLED, REFUSED_FOR, close_day, write, write_totals};

/// Numbers in the database: some rows a day and an hour, and one for each person who is active today.
#[derive(Clone, Debug)]
pub struct SqlStatistics(Database);

record! {
    struct TotalRow {
        day: i64,
        measure: String,
        number: i64,
    }
}

record! {
    struct HourRow {
        hour: i64,
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
    struct NumberRow {
        number: i64,
    }
}

record! {
    struct MeasureRow {
        measure: String,
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
            totals.push((Day(day), named(&measure)?, natural(number)?));
        }
        let open = active().and_where(Expr::col(ActivePeople::Day).between(from.0, until.0)).take();
        for ActiveRow { day, number } in self.0.all(&open).await? {
            totals.push((Day(day), Measure::Active, natural(number)?));
        }
        Ok(totals)
    }

    async fn read_hours(&self, from: Hour, until: Hour) -> Result<Vec<(Hour, Measure, u64)>> {
        let statement = Query::select()
            .columns([HourlyStatistics::Hour, HourlyStatistics::Measure, HourlyStatistics::Number])
            .from(HourlyStatistics::Table)
            .and_where(Expr::col(HourlyStatistics::Hour).between(from.0, until.0))
            .take();
        let rows: Vec<HourRow> = self.0.all(&statement).await?;
        rows.into_iter().map(|row| Ok((Hour(row.hour), named(&row.measure)?, natural(row.number)?))).collect()
    }

    /// The numbers of one measure by their values, the most frequent first.
    async fn read_split(
        &self,
        measure: &str,
        from: Day,
        until: Day,
        limit: u32,
    ) -> Result<Vec<(String, u64)>> {
        let sum = || Expr::col(Statistics::Number).sum().cast_as(Alias::new(self.0.dialect().integer()));
        let statement = Query::select()
            .column(Statistics::Value)
            .expr_as(sum(), Alias::new("number"))
            .from(Statistics::Table)
            .and_where(Expr::col(Statistics::Measure).eq(measure))
            .and_where(Expr::col(Statistics::Day).between(from.0, until.0))
            .group_by_col(Statistics::Value)
            .order_by_expr(sum(), Order::Desc)
            .order_by(Statistics::Value, Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows: Vec<SplitRow> = self.0.all(&statement).await?;
        rows.into_iter().map(|row| Ok((row.value, natural(row.number)?))).collect()
    }

    /// A person may have a row of yesterday and one of today.
    async fn read_online(&self, since: Timestamp) -> Result<u64> {
        let statement = Query::select()
            .expr_as(Expr::col(ActivePeople::UserId).count_distinct(), Alias::new("number"))
            .from(ActivePeople::Table)
            .and_where(Expr::col(ActivePeople::SeenAt).gt(since.as_millis()))
            .take();
        let rows: Vec<NumberRow> = self.0.all(&statement).await?;
        rows.first().map_or(Ok(0), |row| natural(row.number))
    }

    async fn read_account_totals(&self, day: Day) -> Result<Option<AccountTotals>> {
        let nearest = Query::select()
            .expr(Expr::col(Statistics::Day).max())
            .from(Statistics::Table)
            .and_where(Expr::col(Statistics::Measure).eq(ACCOUNTS))
            .and_where(Expr::col(Statistics::Day).lte(day.0))
            .take();
        let statement = Query::select()
            .columns([Statistics::Measure, Statistics::Number])
            .from(Statistics::Table)
            .and_where(Expr::col(Statistics::Measure).is_in([ACCOUNTS, DISABLED, DELETED]))
            .and_where(Expr::col(Statistics::Day).in_subquery(nearest))
            .take();
        let rows: Vec<MeasureRow> = self.0.all(&statement).await?;
        let of = |measure: &str| {
            rows.iter().find(|row| row.measure == measure).map(|row| natural(row.number)).transpose()
        };
        let Some(accounts) = of(ACCOUNTS)? else { return Ok(None) };
        let (disabled, deleted) = (of(DISABLED)?.unwrap_or_default(), of(DELETED)?.unwrap_or_default());
        Ok(Some(AccountTotals { accounts, disabled, deleted }))
    }
}

fn named(measure: &str) -> Result<Measure> {
    measure.parse().map_err(|_| DatabaseError::Corrupt("statistics.measure"))
}

fn natural(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| DatabaseError::Corrupt("a negative number"))
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
    async fn add(&self, counted: &Counted) -> StoreResult<()> {
        Ok(self.0.write(counted.clone(), |tx, counted| Box::pin(write(tx, counted))).await?)
    }

    #[tracing::instrument(name = "db.statistics.totals", level = "debug", skip_all)]
    async fn totals(&self, from: Day, until: Day) -> StoreResult<Vec<(Day, Measure, u64)>> {
        Ok(self.read_totals(from, until).await?)
    }

    #[tracing::instrument(name = "db.statistics.hours", level = "debug", skip_all)]
    async fn hours(&self, from: Hour, until: Hour) -> StoreResult<Vec<(Hour, Measure, u64)>> {
        Ok(self.read_hours(from, until).await?)
    }

    #[tracing::instrument(name = "db.statistics.split", level = "debug", skip_all)]
    async fn split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<(String, u64)>> {
        Ok(self.read_split(dimension.as_str(), from, until, limit).await?)
    }

    #[tracing::instrument(name = "db.statistics.refusals", level = "debug", skip_all)]
    async fn refusals(&self, from: Day, until: Day) -> StoreResult<Vec<(RefusalReason, u64)>> {
        let reasons = RefusalReason::ALL;
        let limit = u32::try_from(reasons.len()).unwrap_or(u32::MAX);
        let rows = self.read_split(REFUSED_FOR, from, until, limit).await?;
        let known = |value: &str| reasons.into_iter().find(|reason| reason.as_str() == value);
        let rows = rows.into_iter().map(|(value, number)| {
            known(&value).map(|reason| (reason, number)).ok_or(DatabaseError::Corrupt("statistics.value"))
        });
        Ok(rows.collect::<Result<_>>()?)
    }

    #[tracing::instrument(name = "db.statistics.online", level = "debug", skip_all)]
    async fn online(&self, since: Timestamp) -> StoreResult<u64> {
        Ok(self.read_online(since).await?)
    }

    #[tracing::instrument(name = "db.statistics.keep_account_totals", level = "debug", skip_all)]
    async fn keep_account_totals(&self, day: Day, totals: AccountTotals) -> StoreResult<()> {
        Ok(self.0.write((day, totals), |tx, (day, totals)| Box::pin(write_totals(tx, *day, *totals))).await?)
    }

    #[tracing::instrument(name = "db.statistics.account_totals", level = "debug", skip_all)]
    async fn account_totals(&self, day: Day) -> StoreResult<Option<AccountTotals>> {
        Ok(self.read_account_totals(day).await?)
    }

    #[tracing::instrument(name = "db.statistics.close", level = "debug", skip_all)]
    async fn close(&self, day: Day, hour: Hour) -> StoreResult<()> {
        self.close_days(day).await?;
        let old = Query::delete()
            .from_table(HourlyStatistics::Table)
            .and_where(Expr::col(HourlyStatistics::Hour).lt(hour.0))
            .take();
        self.0.execute(&old).await?;
        Ok(())
    }
}
