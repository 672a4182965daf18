use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use usher_domain::{
    Count, Day, DeviceAttributes, Dimension, Hour, Measure, RefusalReason, Timestamp, UserId,
};
use usher_ports::outbound::{Calendar, Counted, Statistics, StoreError};

/// Counters of events, kept in the process until they are flushed, so that no request waits for the database.
pub struct Counters {
    calendar: Arc<dyn Calendar>,
    pending: Mutex<Pending>,
}

/// A day and an hour of it.
type Slot = (Day, Hour);

#[derive(Default)]
struct Pending {
    slots: BTreeMap<Slot, Noted>,
    /// When and on which day a user was noted as active last.
    recent: HashMap<UserId, (Day, Timestamp)>,
}

#[derive(Default)]
struct Noted {
    counts: BTreeMap<Count, u64>,
    active: BTreeSet<UserId>,
    seen_at: Timestamp,
}

/// How long a user who was noted as active is not noted again: a user who calls all the time costs one row a minute.
const NOTED_FOR: Duration = Duration::from_mins(1);

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

    pub(crate) fn log_in(&self, at: Timestamp) {
        self.note(at, |counts| add(counts, Count::Total(Measure::LogIns), 1));
    }

    pub(crate) fn refused(&self, reason: RefusalReason, at: Timestamp) {
        self.note(at, |counts| {
            add(counts, Count::Total(Measure::Refused), 1);
            add(counts, Count::Refused(reason), 1);
        });
    }

    pub(crate) fn active(&self, user: UserId, at: Timestamp) {
        let (day, hour) = self.slot(at);
        let mut pending = self.lock();
        let noted = pending.recent.get(&user);
        if noted.is_some_and(|(of, noted)| *of == day && at.since(*noted) < NOTED_FOR) {
            return;
        }
        pending.recent.insert(user, (day, at));
        let slot = pending.slots.entry((day, hour)).or_default();
        slot.active.insert(user);
        slot.seen_at = slot.seen_at.max(at);
    }

    pub(crate) fn day(&self, at: Timestamp) -> Day {
        self.calendar.day(at)
    }

    fn slot(&self, at: Timestamp) -> Slot {
        (self.calendar.day(at), Hour::of(at))
    }

    fn note(&self, at: Timestamp, note: impl FnOnce(&mut BTreeMap<Count, u64>)) {
        let slot = self.slot(at);
        note(&mut self.lock().slots.entry(slot).or_default().counts);
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what is to be written, and forgets who need not be remembered any more.
    fn take(&self, now: Timestamp) -> BTreeMap<Slot, Noted> {
        let mut pending = self.lock();
        pending.recent.retain(|_, (_, noted)| now.since(*noted) < NOTED_FOR);
        std::mem::take(&mut pending.slots)
    }

    /// Writes the counters; those that could not be written are kept for the next flush.
    pub(crate) async fn flush(
        &self,
        statistics: &Arc<dyn Statistics>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut taken = self.take(now);
        while let Some((slot, noted)) = taken.pop_first() {
            let counted = noted.counted(slot);
            if let Err(error) = statistics.add(&counted).await {
                taken.insert(slot, noted);
                self.put_back(taken);
                return Err(error);
            }
        }
        Ok(())
    }

    fn put_back(&self, taken: BTreeMap<Slot, Noted>) {
        let mut pending = self.lock();
        for (slot, noted) in taken {
            let of_slot = pending.slots.entry(slot).or_default();
            for (count, number) in noted.counts {
                add(&mut of_slot.counts, count, number);
            }
            of_slot.active.extend(noted.active);
            of_slot.seen_at = of_slot.seen_at.max(noted.seen_at);
        }
    }
}

impl Noted {
    fn counted(&self, (day, hour): Slot) -> Counted {
        let counts = self.counts.iter().map(|(count, number)| (count.clone(), *number));
        let active = self.active.iter().copied().collect();
        Counted { day, hour, counts: counts.collect(), active, seen_at: self.seen_at }
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
