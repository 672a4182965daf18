//! How things go.

use std::sync::Arc;

use jiff::ToSpan as _;
use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Day, Measure};
use usher_ports::inbound::{Overview, ViewStatistics};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;

/// How many days are shown.
const DAYS: u32 = 30;

/// A chart is drawn on a grid of this many units each way; bars stand this far apart.
const HEIGHT: u64 = 100;
const STEP: usize = 10;

/// A measure with a bar for each day.
#[derive(Serialize)]
pub(super) struct Chart {
    pub(super) measure: &'static str,
    pub(super) today: u64,
    pub(super) sum: u64,
    pub(super) most: u64,
    pub(super) width: usize,
    pub(super) bars: Vec<ChartBar>,
}

#[derive(Serialize)]
pub(super) struct ChartBar {
    pub(super) day: String,
    pub(super) number: u64,
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) height: u64,
}

/// What new visitors came with.
#[derive(Serialize)]
pub(super) struct Split {
    pub(super) dimension: &'static str,
    pub(super) most: u64,
    pub(super) values: Vec<(String, u64)>,
}

#[derive(Serialize)]
pub(super) struct DashboardView {
    pub(super) days: u32,
    pub(super) charts: Vec<Chart>,
    /// Of a hundred visitors so many became users; none if there were no visitors.
    pub(super) conversion: Option<u64>,
    pub(super) splits: Vec<Split>,
}

impl View for DashboardView {
    const TEMPLATE: &'static str = "dashboard.html";
}

/// The same, as a part of the page.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct NumbersView(pub(super) DashboardView);

impl View for NumbersView {
    const TEMPLATE: &'static str = "numbers.html";
}

impl DashboardView {
    fn of(overview: &Overview) -> Self {
        let charts: Vec<Chart> = overview
            .trends
            .iter()
            .map(|(measure, numbers)| chart(*measure, numbers, overview.today))
            .collect();
        let sum = |measure: Measure| {
            let chart = charts.iter().find(|chart| chart.measure == measure.as_str());
            chart.map_or(0, |chart| chart.sum)
        };
        let (upgrades, visitors) = (sum(Measure::Upgrades), sum(Measure::Visitors));
        let splits = overview.splits.iter().map(|(dimension, values)| Split {
            dimension: dimension.as_str(),
            most: values.iter().map(|(_, number)| *number).max().unwrap_or(1),
            values: values.clone(),
        });
        Self {
            days: DAYS,
            conversion: (upgrades * 100).checked_div(visitors),
            splits: splits.collect(),
            charts,
        }
    }
}

/// The highest bar is as high as the chart; what is not zero is seen.
fn chart(measure: Measure, numbers: &[u64], today: Day) -> Chart {
    let most = numbers.iter().copied().max().unwrap_or(0);
    let first = today.0 + 1 - i64::try_from(numbers.len()).unwrap_or_default();
    let bars = numbers.iter().zip(first..).enumerate().map(|(place, (number, day))| {
        let height = (number * HEIGHT).checked_div(most).unwrap_or(0).max(u64::from(*number > 0));
        ChartBar { day: date(day), number: *number, x: place * STEP, y: HEIGHT - height, height }
    });
    Chart {
        measure: measure.as_str(),
        today: numbers.last().copied().unwrap_or(0),
        sum: numbers.iter().sum(),
        most,
        width: numbers.len() * STEP,
        bars: bars.collect(),
    }
}

fn date(day: i64) -> String {
    let date = jiff::civil::date(1970, 1, 1).checked_add(day.days());
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// The numbers of the last days, which the page asks for again by itself.
pub(super) struct Dashboard {
    pub(super) statistics: Arc<dyn ViewStatistics>,
}

#[async_trait]
impl Page for Dashboard {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let overview = self.statistics.overview(request.signed_in()?.viewing()?, DAYS).await?;
        let view = DashboardView::of(&overview);
        if request.is_htmx {
            return request.page(pages, StatusCode::OK, &NumbersView(view));
        }
        request.page(pages, StatusCode::OK, &view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        let chart = chart(Measure::Visitors, &[0, 1, 500, 1_000], Day(20_287));
        let bars: Vec<_> =
            chart.bars.iter().map(|bar| (bar.day.as_str(), bar.x, bar.y, bar.height)).collect();
        assert_eq!(
            bars,
            [
                ("2025-07-15", 0, 100, 0),
                ("2025-07-16", 10, 99, 1),
                ("2025-07-17", 20, 50, 50),
                ("2025-07-18", 30, 0, 100)
            ]
        );
        assert_eq!((chart.today, chart.sum, chart.most, chart.width), (1_000, 1_501, 1_000, 40));
    }

    #[test]
    fn nothing_is_a_chart_without_bars() {
        let chart = chart(Measure::Refused, &[0, 0], Day(0));
        assert!(chart.bars.iter().all(|bar| bar.height == 0));
    }
}
