use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use usher_domain::{Count, Day, Dimension, Hour, Measure, RefusalReason, Timestamp, UserId};
use usher_ports::outbound::{Calendar as _, Counted, ImportedUser, Statistics};

use super::{BATCH, Result};
use crate::system::ZonedCalendar;

/// What a server would have counted, by day: all came as visitors, those with a password became users, some came back, and some
/// were refused. It is written at the end, so a demo that is killed leaves its users uncounted.
pub(super) struct Days {
    calendar: ZonedCalendar,
    now: Timestamp,
    counts: BTreeMap<(Day, Hour), BTreeMap<Count, u64>>,
    /// Who was active today. Of a day that is over only their number is kept.
    active: Vec<UserId>,
}

/// For how many days hours are told apart: what is older is shown by the day only.
const DAYS_OF_HOURS: i64 = 3;

impl Days {
    pub(super) fn new(now: Timestamp) -> Self {
        let calendar = ZonedCalendar(TimeZone::system());
        Self { now, calendar, counts: BTreeMap::new(), active: Vec::new() }
    }

    pub(super) fn count(&mut self, users: &[ImportedUser], ids: &[UserId]) {
        let today = self.calendar.day(self.now);
        for (user, id) in users.iter().zip(ids) {
            let day = self.calendar.day(user.at);
            let recent = day > today.minus(DAYS_OF_HOURS);
            let hour = if recent { Hour::of(user.at) } else { Hour(day.0 * 24) };
            let counts = self.counts.entry((day, hour)).or_default();
            let mut one_more = |count| *counts.entry(count).or_default() += 1;
            one_more(Count::Total(Measure::Visitors));
            if user.password.is_some() {
                one_more(Count::Total(Measure::Upgrades));
            }
            if id.0 % 2 == 0 {
                one_more(Count::Total(Measure::LogIns));
            }
            if id.0 % 15 == 0 {
                one_more(Count::Total(Measure::Refused));
                // The rarer reasons come later.
                let reason = (id.0 / 15).trailing_zeros() as usize % RefusalReason::ALL.len();
                one_more(Count::Refused(RefusalReason::ALL[reason]));
            }
            for dimension in Dimension::ALL {
                one_more(Count::Split(dimension, dimension.of(&user.device.attributes).to_owned()));
            }
            if day == today {
                self.active.push(*id);
            } else {
                one_more(Count::Total(Measure::Active));
            }
        }
    }

    pub(super) async fn write(self, statistics: &dyn Statistics) -> Result<()> {
        let seen_at = self.now;
        for ((day, hour), counts) in self.counts {
            let counts = counts.into_iter().collect();
            statistics.add(&Counted { day, hour, counts, active: Vec::new(), seen_at }).await?;
        }
        let (day, hour) = (self.calendar.day(seen_at), Hour::of(seen_at));
        for active in self.active.chunks(BATCH as usize) {
            let (counts, active) = (Vec::new(), active.to_vec());
            statistics.add(&Counted { day, hour, counts, active, seen_at }).await?;
        }
        Ok(())
    }
}
