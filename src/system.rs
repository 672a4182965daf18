//! The machine's clock and random numbers: the only place that asks it for either.

use jiff::tz::TimeZone;
use usher_domain::{Day, SessionSecret, Timestamp};
use usher_ports::outbound::{Calendar, Clock, IdSource};
use uuid::Uuid;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port's adapter")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the port's adapter")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn session_secret(&self) -> SessionSecret {
        SessionSecret::new(random())
    }

    fn salt(&self) -> u32 {
        u32::from_ne_bytes(random())
    }
}

/// Random bytes. A system without any cannot give out identities safely, so there is nothing to go on with.
#[expect(clippy::disallowed_methods, clippy::expect_used, reason = "this is the adapter; see above")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has no random numbers");
    bytes
}

/// The days of a time zone.
#[derive(Clone, Debug)]
pub struct ZonedCalendar(pub TimeZone);

impl Calendar for ZonedCalendar {
    /// A timestamp outside the calendar is on the first day.
    fn day(&self, at: Timestamp) -> Day {
        let first = jiff::civil::date(1970, 1, 1);
        let timestamp = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
        let date = timestamp.to_zoned(self.0.clone()).date();
        Day(date.since(first).map_or(0, |span| i64::from(span.get_days())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_where_it_is() {
        let day = |hours, millis| {
            let zone = TimeZone::fixed(jiff::tz::offset(hours));
            ZonedCalendar(zone).day(Timestamp::from_millis(millis)).0
        };
        assert_eq!([day(0, 0), day(0, 86_399_999), day(0, 86_400_000)], [0, 0, 1]);
        assert_eq!([day(8, 57_599_999), day(8, 57_600_000), day(-8, 0)], [0, 1, -1]);
        assert_eq!(day(0, 1_752_835_449_008), 20_287);
    }
}
