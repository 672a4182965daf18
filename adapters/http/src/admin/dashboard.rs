//! How things go.

mod chart;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AccountTotals, Measure};
use usher_ports::inbound::{Overview, TimeSpan, ViewStatistics};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;
pub(super) use chart::Chart;
#[cfg(test)]
pub(super) use chart::{ChartBar, Slot};

/// What can be chosen: its name in the address, and the time it means.
const SPANS: [(&str, TimeSpan); 4] = [
    ("24h", TimeSpan::Hours),
    ("7d", TimeSpan::Days(7)),
    ("30d", TimeSpan::Days(30)),
    ("90d", TimeSpan::Days(90)),
];

/// The span of an address that names none, or one that is not there.
const USUAL: usize = 2;

/// What new visitors came with, or what requests were refused for.
#[derive(Serialize)]
pub(super) struct Split {
    pub(super) dimension: &'static str,
    pub(super) most: u64,
    pub(super) values: Vec<(String, u64)>,
}

impl Split {
    fn of(dimension: &'static str, values: Vec<(String, u64)>) -> Self {
        let most = values.iter().map(|(_, number)| *number).max().unwrap_or(1);
        Self { dimension, most, values }
    }
}

#[derive(Serialize)]
pub(super) struct DashboardView {
    pub(super) spans: Vec<&'static str>,
    pub(super) span: &'static str,
    pub(super) accounts: u64,
    /// How many more accounts there are than at the beginning, if that is known.
    pub(super) growth: Option<i64>,
    pub(super) disabled: u64,
    pub(super) deleted: u64,
    pub(super) online: u64,
    pub(super) charts: Vec<Chart>,
    /// Of a hundred visitors so many became users; none if there were no visitors.
    pub(super) conversion: Option<u64>,
    pub(super) refusals: Split,
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
    fn of(overview: Overview, span: &'static str, zone: &jiff::tz::TimeZone) -> Self {
        let charts = overview.trends.iter().map(|trend| Chart::of(trend, overview.last, zone)).collect();
        let sum = |measure: Measure| -> u64 {
            let trend = overview.trends.iter().find(|trend| trend.measure == measure);
            trend.map_or(0, |trend| trend.now.iter().sum())
        };
        let AccountTotals { accounts, disabled, deleted } = overview.accounts;
        let before = overview.accounts_before.map(|before| before.accounts);
        let refusals = overview.refusals.iter().map(|(reason, number)| (reason.as_str().to_owned(), *number));
        let splits = overview.splits.into_iter();
        Self {
            spans: SPANS.map(|(name, _)| name).into(),
            span,
            accounts,
            growth: before.and_then(|before| accounts.checked_signed_diff(before)),
            disabled,
            deleted,
            online: overview.online,
            charts,
            conversion: (sum(Measure::Upgrades) * 100).checked_div(sum(Measure::Visitors)),
            refusals: Split::of("refusals", refusals.collect()),
            splits: splits.map(|(dimension, values)| Split::of(dimension.as_str(), values)).collect(),
        }
    }
}

/// The numbers of the last days or hours, which the page asks for again by itself.
pub(super) struct Dashboard {
    pub(super) statistics: Arc<dyn ViewStatistics>,
}

#[async_trait]
impl Page for Dashboard {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let chosen = SPANS.into_iter().find(|(name, _)| *name == request.text("range"));
        let (name, span) = chosen.unwrap_or(SPANS[USUAL]);
        let overview = self.statistics.overview(request.signed_in()?.viewing()?, span).await?;
        let view = DashboardView::of(overview, name, &request.zone(pages));
        if request.is_htmx {
            return request.page(pages, StatusCode::OK, &NumbersView(view));
        }
        request.page(pages, StatusCode::OK, &view)
    }
}
