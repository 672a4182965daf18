//! The laws of a [`Calendar`](crate::outbound::Calendar).

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{Day, Timestamp};

use super::NOW;
use crate::outbound::Calendar;

const HOUR: Duration = Duration::from_hours(1);

/// Days follow each other without a gap, and each lasts 24 hours, or one more or less where clocks are put forward and
/// back.
pub async fn days_follow_each_other(calendar: &Arc<dyn Calendar>) {
    let mut at = NOW;
    let mut day = calendar.day(at);
    let mut hours = None;
    for _ in 0..2 * 366 * 24 {
        at = at.plus(HOUR);
        let next = calendar.day(at);
        if next == day {
            hours = hours.map(|hours| hours + 1);
            continue;
        }
        assert_eq!(next, Day(day.0 + 1), "at {at:?}");
        // The first day was under way.
        assert!(hours.is_none_or(|hours| (23..=25).contains(&hours)), "{day:?} lasts {hours:?} hours");
        (day, hours) = (next, Some(1));
    }
}

/// Day 0 is the first of January 1970.
pub async fn days_are_counted_from_1970(calendar: &Arc<dyn Calendar>) {
    let noon = |day: i64| Timestamp::from_millis((day * 24 + 12) * 3_600_000);
    for day in [0, 1, 20_000] {
        // Noon in Greenwich is the day before or after where it is twelve hours earlier or later.
        let told = calendar.day(noon(day)).0;
        assert!((told - day).abs() <= 1, "noon of day {day} is on day {told}");
    }
}

/// Every time has a day, also one that no calendar has.
pub async fn every_time_has_a_day(calendar: &Arc<dyn Calendar>) {
    for millis in [i64::MIN, i64::MAX] {
        assert_eq!(calendar.day(Timestamp::from_millis(millis)), calendar.day(Timestamp::from_millis(0)));
    }
}

/// Tests a calendar: `days_contract!(utc, setup())`, where the setup yields `(Arc<dyn Calendar>, guard)`.
#[macro_export]
macro_rules! days_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            days,
            [days_follow_each_other, days_are_counted_from_1970, every_time_has_a_day]
        );
    };
}
