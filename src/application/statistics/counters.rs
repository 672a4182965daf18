use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use usher_domain::{Count, Day, DeviceAttributes, Dimension, Measure, Timestamp, UserId};
use usher_ports::outbound::{Calendar, Statistics, StoreError};

/// Counters of events, kept in the process until they are flushed, so that no request waits for the database.
pub struct Counters {
    calendar: Arc<dyn Calendar>,
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    counts: BTreeMap<Day, BTreeMap<Count, u64>>,
    active: BTreeMap<Day, BTreeSet<UserId>>,
}

/// How many different things devices may say between two flushes. Beyond that they are counted as having said nothing: a
/// device can say what it likes.
const MOST_SPLITS: usize = 2_000;

impl Counters {
    /// Counters at zero.
    pub fn new(calendar: Arc<dyn Calendar>) -> Self {
        Self { calendar, pending: Mutex::default() }
    }

    pub(crate) fn visitor(&self, attributes: &DeviceAttributes, at: Timestamp) {
        self.note(at, |counts| {
            add(counts, Count::Total(Measure::Visitors), 1);
            for dimension in Dimension::ALL {
                add(counts, Count::Split(dimension, dimension.of(attributes).to_owned()), 1);
            }
        });
    }

    pub(crate) fn upgrade(&self, at: Timestamp) {
        self.note(at, |counts| add(counts, Count::Total(Measure::Upgrades), 1));
    }

    pub(crate) fn refused(&self, at: Timestamp) {
        self.note(at, |counts| add(counts, Count::Total(Measure::Refused), 1));
    }

    pub(crate) fn active(&self, user: UserId, at: Timestamp) {
        let day = self.calendar.day(at);
        self.lock().active.entry(day).or_default().insert(user);
    }

    pub(crate) fn day(&self, at: Timestamp) -> Day {
        self.calendar.day(at)
    }

    fn note(&self, at: Timestamp, note: impl FnOnce(&mut BTreeMap<Count, u64>)) {
        let day = self.calendar.day(at);
        note(self.lock().counts.entry(day).or_default());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the counters; those that could not be written are kept for the next flush.
    pub(crate) async fn flush(&self, statistics: &Arc<dyn Statistics>) -> Result<(), StoreError> {
        let mut taken = std::mem::take(&mut *self.lock());
        let days: BTreeSet<Day> = taken.counts.keys().chain(taken.active.keys()).copied().collect();
        for day in days {
            let counts = taken.counts.remove(&day).unwrap_or_default();
            let active = taken.active.remove(&day).unwrap_or_default();
            let numbers: Vec<(Count, u64)> = counts.iter().map(|(count, n)| (count.clone(), *n)).collect();
            let people: Vec<UserId> = active.iter().copied().collect();
            if let Err(error) = statistics.add(day, &numbers, &people).await {
                taken.counts.insert(day, counts);
                taken.active.insert(day, active);
                self.put_back(taken);
                return Err(error);
            }
        }
        Ok(())
    }

    fn put_back(&self, taken: Pending) {
        let mut pending = self.lock();
        for (day, counts) in taken.counts {
            let of_day = pending.counts.entry(day).or_default();
            for (count, number) in counts {
                add(of_day, count, number);
            }
        }
        for (day, active) in taken.active {
            pending.active.entry(day).or_default().extend(active);
        }
    }
}

fn add(counts: &mut BTreeMap<Count, u64>, count: Count, number: u64) {
    let full = counts.len() >= MOST_SPLITS && !counts.contains_key(&count);
    let count = match count {
        Count::Split(dimension, _) if full => Count::Split(dimension, String::new()),
        count => count,
    };
    *counts.entry(count).or_default() += number;
}
