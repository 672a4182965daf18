use std::collections::HashMap;

use async_trait::async_trait;
use usher_domain::{Day, Dimension, Measure, Viewer};
use usher_ports::inbound::{AdminRefusal, Overview, RecordStatistics as _, ViewStatistics};

use crate::StatisticsService;

/// How many of the most frequent are told apart.
const MOST_FREQUENT: u32 = 8;

#[async_trait]
impl ViewStatistics for StatisticsService {
    async fn overview(&self, _by: Viewer<'_>, days: u32) -> Result<Overview, AdminRefusal> {
        self.flush().await?;
        let today = self.counters.day(self.clock.now());
        let from = today.minus(i64::from(days.max(1)) - 1);
        let totals = self.statistics.totals(from, today).await?;
        let totals: HashMap<(Day, Measure), u64> =
            totals.into_iter().map(|(day, measure, number)| ((day, measure), number)).collect();
        let of = |measure| {
            let days = (from.0..=today.0).map(Day);
            days.map(|day| totals.get(&(day, measure)).copied().unwrap_or_default()).collect()
        };
        let mut splits = Vec::new();
        for dimension in Dimension::ALL {
            splits.push((dimension, self.statistics.split(dimension, from, today, MOST_FREQUENT).await?));
        }
        Ok(Overview { today, trends: Measure::ALL.map(|measure| (measure, of(measure))).into(), splits })
    }
}
