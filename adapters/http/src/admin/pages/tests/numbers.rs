use usher_domain::{Dimension, Measure, RefusalReason};

use super::{PAYLOAD, renders};
use crate::admin::dashboard::{Chart, ChartBar, DashboardView, NumbersView, Slot, Split};

#[test]
fn the_dashboard_is_rendered_and_nothing_in_it_is_missing_or_run() {
    for some in [true, false] {
        let time = Some(PAYLOAD.to_owned()).filter(|_| some);
        let slot = Slot { date: PAYLOAD.to_owned(), month: 2, day: 3, time };
        let charts = Measure::ALL.map(|measure| Chart {
            measure: measure.as_str(),
            list: some.then_some("/admin/users"),
            average: some,
            number: 1,
            change: some.then_some(-50),
            current: 1,
            peak: 3,
            top: 4,
            middle: 2,
            width: 10,
            bars: Vec::new(),
            before: if some { PAYLOAD.to_owned() } else { String::new() },
        });
        let mut charts = Vec::from(charts);
        charts[0].bars.push(ChartBar { slot, number: 1, before: 2, x: 0, y: 1, height: 2 });
        let split = |dimension, values| Split { dimension, most: 1, values };
        let splits = Dimension::ALL.map(|dimension| {
            let values = vec![(PAYLOAD.to_owned(), 1), (String::new(), 2)];
            split(dimension.as_str(), if some { values } else { Vec::new() })
        });
        let refusals = RefusalReason::ALL.map(|reason| (reason.as_str().to_owned(), 1));
        let view = DashboardView {
            spans: vec!["24h", "7d", "30d", "90d"],
            span: if some { "24h" } else { "90d" },
            accounts: 1,
            growth: some.then_some(2),
            disabled: 3,
            deleted: 4,
            online: 5,
            charts,
            conversion: some.then_some(3),
            refusals: split("refusals", if some { refusals.into() } else { Vec::new() }),
            splits: splits.into(),
        };
        renders(&view);
        renders(&NumbersView(view));
    }
}
