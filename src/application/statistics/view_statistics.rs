use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{AccountTotals, Day, Dimension, Hour, Measure, Viewer};
use usher_ports::inbound::{
    AdminRefusal, LastSlot, Overview, RecordStatistics as _, TimeSpan, Trend, ViewStatistics,
};
use usher_ports::outbound::StoreError;

use crate::StatisticsService;

/// How many of the most frequent are told apart.
const MOST_FREQUENT: u32 = 8;

/// Who was seen this lately is online.
const ONLINE: Duration = Duration::from_mins(5);

const HOURS: i64 = 24;

#[async_trait]
impl ViewStatistics for StatisticsService {
    async fn overview(&self, _by: Viewer<'_>, span: TimeSpan) -> Result<Overview, AdminRefusal> {
        self.flush().await?;
        let now = self.clock.now();
        let today = self.counters.day(now);
        let (last, days, trends) = match span {
            TimeSpan::Hours => {
                let hour = Hour::of(now);
                (LastSlot::Hour(hour), 2, self.hourly(hour).await?)
            }
            TimeSpan::Days(days) => {
                let days = i64::from(days.max(1));
                (LastSlot::Day(today), days, self.daily(today, days).await?)
            }
        };
        let from = today.minus(days - 1);
        let mut splits = Vec::new();
        for dimension in Dimension::ALL {
            splits.push((dimension, self.statistics.split(dimension, from, today, MOST_FREQUENT).await?));
        }
        Ok(Overview {
            last,
            trends,
            accounts: self.accounts(today).await?,
            accounts_before: self.statistics.account_totals(from.minus(1)).await?,
            online: self.statistics.online(now.minus(ONLINE)).await?,
            refusals: self.statistics.refusals(from, today).await?,
            splits,
        })
    }
}

impl StatisticsService {
    async fn daily(&self, today: Day, days: i64) -> Result<Vec<Trend>, StoreError> {
        let totals = self.statistics.totals(today.minus(2 * days - 1), today).await?;
        let totals = totals.into_iter().map(|(day, measure, number)| ((measure, day.0), number)).collect();
        Ok(Measure::ALL.into_iter().map(|measure| trend(measure, &totals, today.0, days)).collect())
    }

    async fn hourly(&self, hour: Hour) -> Result<Vec<Trend>, StoreError> {
        let numbers = self.statistics.hours(hour.minus(2 * HOURS - 1), hour).await?;
        let numbers =
            numbers.into_iter().map(|(hour, measure, number)| ((measure, hour.0), number)).collect();
        let measures = Measure::ALL.into_iter().filter(|measure| *measure != Measure::Active);
        Ok(measures.map(|measure| trend(measure, &numbers, hour.0, HOURS)).collect())
    }

    /// Those that were counted last; on an installation that never counted, they are counted now.
    async fn accounts(&self, today: Day) -> Result<AccountTotals, StoreError> {
        match self.statistics.account_totals(today).await? {
            Some(totals) => Ok(totals),
            None => self.users.account_totals().await,
        }
    }
}

/// The numbers of a measure in so many slots up to `last`, and in as many before.
fn trend(measure: Measure, numbers: &HashMap<(Measure, i64), u64>, last: i64, slots: i64) -> Trend {
    let of = |until: i64| {
        let slots = until - slots + 1..=until;
        slots.map(|slot| numbers.get(&(measure, slot)).copied().unwrap_or_default()).collect()
    };
    Trend { measure, now: of(last), before: of(last - slots) }
}
