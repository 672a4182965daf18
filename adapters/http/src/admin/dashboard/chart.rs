//! The chart of one measure: bars on a grid, and the line of the time before.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::Serialize;
use usher_domain::{Hour, Measure};
use usher_ports::inbound::{LastSlot, Trend};

/// A chart is drawn on a grid of this many units each way; bars stand this far apart.
const HEIGHT: u64 = 100;
const STEP: usize = 10;

/// Half of a bar's width.
const MIDDLE: usize = 4;

/// A measure with a bar for each day or hour.
#[derive(Serialize)]
pub(in crate::admin) struct Chart {
    pub(in crate::admin) measure: &'static str,
    /// The list of those who are counted, if there is one.
    pub(in crate::admin) list: Option<&'static str>,
    /// Whether the number is an average: those who come on several days are in each of them.
    pub(in crate::admin) average: bool,
    pub(in crate::admin) number: u64,
    /// By how many per cent it is more than before; none if there was nothing before. What is not over is left out on
    /// both sides.
    pub(in crate::admin) change: Option<i64>,
    /// The number of the day or hour that is not over.
    pub(in crate::admin) current: u64,
    pub(in crate::admin) peak: u64,
    /// The number at the upper line, and at the one in the middle.
    pub(in crate::admin) top: u64,
    pub(in crate::admin) middle: u64,
    pub(in crate::admin) width: usize,
    pub(in crate::admin) bars: Vec<ChartBar>,
    /// The points of the line of the time before.
    pub(in crate::admin) before: String,
}

#[derive(Serialize)]
pub(in crate::admin) struct ChartBar {
    pub(in crate::admin) slot: Slot,
    pub(in crate::admin) number: u64,
    pub(in crate::admin) before: u64,
    pub(in crate::admin) x: usize,
    pub(in crate::admin) y: u64,
    pub(in crate::admin) height: u64,
}

/// A day, or an hour of it.
#[derive(Clone, Serialize)]
pub(in crate::admin) struct Slot {
    pub(in crate::admin) date: String,
    pub(in crate::admin) month: i8,
    pub(in crate::admin) day: i8,
    /// When the hour begins, if it is one.
    pub(in crate::admin) time: Option<String>,
}

impl Chart {
    /// Hours are told in `zone`.
    pub(super) fn of(trend: &Trend, last: LastSlot, zone: &TimeZone) -> Self {
        let peak = trend.now.iter().copied().max().unwrap_or(0);
        let top = scale(trend.before.iter().copied().fold(peak, u64::max));
        let height = |number: u64| (number * HEIGHT).checked_div(top).unwrap_or(0).max(u64::from(number > 0));
        let count = trend.now.len();
        let bars = trend.now.iter().zip(&trend.before).enumerate().map(|(place, (number, before))| {
            let height = height(*number);
            let slot = slot(last, count - 1 - place, zone);
            ChartBar { slot, number: *number, before: *before, x: place * STEP, y: HEIGHT - height, height }
        });
        let mut line = String::new();
        for (place, before) in trend.before.iter().enumerate() {
            // Writing into a string does not fail.
            let _ = write!(line, "{},{} ", place * STEP + MIDDLE, HEIGHT - height(*before));
        }
        let average = trend.measure == Measure::Active;
        let sum: u64 = trend.now.iter().sum();
        Self {
            measure: trend.measure.as_str(),
            list: list(trend.measure),
            average,
            number: if average { sum / (count.max(1) as u64) } else { sum },
            change: change(&trend.now, &trend.before),
            current: trend.now.last().copied().unwrap_or(0),
            peak,
            top,
            middle: top / 2,
            width: count * STEP,
            bars: bars.collect(),
            before: if trend.before.iter().all(|number| *number == 0) { String::new() } else { line },
        }
    }
}

/// The list that shows them.
const fn list(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::Visitors => Some("/admin/users?role=visitor"),
        Measure::Upgrades => Some("/admin/users?role=user"),
        Measure::LogIns | Measure::Active => Some("/admin/users?sort=last-login"),
        Measure::Refused => None,
    }
}

/// The least of 2, 4, 6, 8, 10, 20, 40 and so on that is not exceeded, so that its half is a number, too.
fn scale(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [2, 4, 6, 8, 10] {
            let top = unit.saturating_mul(step);
            if top >= most || top == u64::MAX {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// By how many per cent the numbers of what is over are more than those before.
fn change(now: &[u64], before: &[u64]) -> Option<i64> {
    let over = |numbers: &[u64]| -> i128 {
        numbers.iter().take(now.len().saturating_sub(1)).map(|number| i128::from(*number)).sum()
    };
    let (now, before) = (over(now), over(before));
    ((now - before) * 100).checked_div(before).and_then(|per_cent| i64::try_from(per_cent).ok())
}

/// So many days or hours before the last one.
fn slot(last: LastSlot, back: usize, zone: &TimeZone) -> Slot {
    let back = i64::try_from(back).unwrap_or_default();
    match last {
        LastSlot::Day(day) => {
            let day = date(1970, 1, 1).checked_add((day.0 - back).days()).unwrap_or(Date::ZERO);
            Slot { date: day.to_string(), month: day.month(), day: day.day(), time: None }
        }
        LastSlot::Hour(hour) => {
            let start = Hour(hour.0 - back).start().as_millis();
            let start = jiff::Timestamp::from_millisecond(start).unwrap_or_default().to_zoned(zone.clone());
            let day = start.date();
            let time = start.strftime("%H:%M").to_string();
            Slot { date: day.to_string(), month: day.month(), day: day.day(), time: Some(time) }
        }
    }
}

#[cfg(test)]
mod tests {
    use usher_domain::Day;

    use super::*;

    fn of(now: &[u64], before: &[u64], last: LastSlot) -> Chart {
        let trend = Trend { measure: Measure::Visitors, now: now.to_vec(), before: before.to_vec() };
        Chart::of(&trend, last, &TimeZone::fixed(jiff::tz::offset(8)))
    }

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        let chart = of(&[0, 1, 500, 1_000], &[0, 0, 250, 0], LastSlot::Day(Day(20_287)));
        let bars: Vec<_> =
            chart.bars.iter().map(|bar| (bar.slot.date.as_str(), bar.x, bar.y, bar.height)).collect();
        assert_eq!(
            bars,
            [
                ("2025-07-15", 0, 100, 0),
                ("2025-07-16", 10, 99, 1),
                ("2025-07-17", 20, 50, 50),
                ("2025-07-18", 30, 0, 100)
            ]
        );
        assert_eq!((chart.number, chart.current, chart.peak, chart.width), (1_501, 1_000, 1_000, 40));
        assert_eq!(chart.before, "4,100 14,100 24,75 34,100 ");
    }

    #[test]
    fn hours_are_told_in_the_zone_of_the_reader() {
        let chart = of(&[3, 4], &[0, 0], LastSlot::Hour(Hour(20_287 * 24 + 16)));
        let slots: Vec<_> = chart.bars.iter().map(|bar| (bar.slot.day, bar.slot.time.as_deref())).collect();
        assert_eq!(slots, [(18, Some("23:00")), (19, Some("00:00"))]);
        assert_eq!(chart.before, "", "there is no line of nothing");
    }

    #[test]
    fn nothing_is_a_chart_without_bars() {
        let chart = of(&[0, 0], &[0, 0], LastSlot::Day(Day(0)));
        assert!(chart.bars.iter().all(|bar| bar.height == 0));
        assert_eq!((chart.top, chart.middle, chart.change), (2, 1, None));
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, top) in [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (99, 100), (101, 200), (5_007, 6_000)]
        {
            assert_eq!(scale(most), top, "{most}");
        }
        assert!(scale(u64::MAX) == u64::MAX);
    }

    #[test]
    fn what_is_not_over_is_not_compared() {
        assert_eq!(change(&[10, 20, 1], &[10, 10, 90]), Some(50));
        assert_eq!(change(&[5, 1], &[10, 0]), Some(-50));
        assert_eq!(change(&[5, 1], &[0, 9]), None);
        assert_eq!(change(&[], &[]), None);
    }
}
