use std::collections::HashMap;
use std::hash::Hash;

use usher_domain::Timestamp;

/// Below this many entries a sweep is not worth it.
const FEW: usize = 1_024;

/// One second, in the map's unit.
const SECOND: i64 = 1_000_000;

/// Entries that matter up to a point in time, in a map that does not outgrow them, nor its capacity.
///
/// Nothing runs in the background: a new entry sweeps out what no longer matters when the map has doubled since it was
/// last swept, so each entry pays for a fixed number of others. At capacity that reckoning no longer holds, because a
/// sweep may free next to nothing; there it happens once a second at most, or a flood would buy a walk over the whole
/// map with every call.
///
/// Timestamps are microseconds since the Unix epoch. An entry can have something of its own beside its end.
#[derive(Debug)]
pub(crate) struct ExpiringMap<K, T = ()> {
    entries: HashMap<K, (i64, T)>,
    capacity: usize,
    sweep_at: usize,
    full_until: i64,
}

/// There is no room for a new entry before this time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full {
    pub(crate) until: i64,
}

impl<K: Eq + Hash> ExpiringMap<K> {
    /// Keeps an entry up to `end`. Room for it was made before.
    pub(crate) fn keep(&mut self, key: K, end: i64) {
        self.keep_with(key, end, ());
    }
}

impl<K: Eq + Hash, T> ExpiringMap<K, T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let sweep_at = FEW.min(capacity);
        Self { entries: HashMap::new(), capacity, sweep_at, full_until: i64::MIN }
    }

    /// When the entry ends, if it still matters.
    pub(crate) fn end(&self, key: &K, now: i64) -> Option<i64> {
        self.entries.get(key).map(|(end, _)| *end).filter(|end| *end > now)
    }

    /// Keeps an entry up to `end`. Room for it was made before.
    pub(crate) fn keep_with(&mut self, key: K, end: i64, with: T) {
        self.entries.insert(key, (end, with));
    }

    /// Makes room for so many entries more.
    pub(crate) fn make_room(&mut self, more: usize, now: i64) -> Result<(), Full> {
        if self.entries.len().saturating_add(more) > self.capacity {
            return self.clear_out(more, now);
        }
        if self.entries.len() >= self.sweep_at {
            self.sweep(now);
        }
        Ok(())
    }

    /// How many entries there are, with those that no longer matter and were not swept out.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What stands beside the entries.
    pub(crate) fn beside(&self) -> impl Iterator<Item = &T> {
        self.entries.values().map(|(_, with)| with)
    }

    fn clear_out(&mut self, more: usize, now: i64) -> Result<(), Full> {
        if now >= self.full_until {
            self.sweep(now);
            self.full_until = now.saturating_add(SECOND);
            if self.entries.len().saturating_add(more) <= self.capacity {
                return Ok(());
            }
            let first = self.entries.values().map(|(end, _)| *end).min().unwrap_or(i64::MAX);
            self.full_until = self.full_until.max(first);
        }
        Err(Full { until: self.full_until })
    }

    pub(crate) fn sweep(&mut self, now: i64) {
        self.entries.retain(|_, (end, _)| *end > now);
        self.sweep_at = (self.entries.len() * 2).max(FEW).min(self.capacity);
    }
}

/// A timestamp in the map's unit.
pub(crate) fn micros(timestamp: Timestamp) -> i64 {
    timestamp.as_millis().saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl<K: Eq + Hash> ExpiringMap<K> {
        /// Makes room where it is needed, and keeps.
        fn put(&mut self, key: K, end: i64, now: i64) -> Result<(), Full> {
            if self.end(&key, now).is_none() {
                self.make_room(1, now)?;
            }
            self.keep(key, end);
            Ok(())
        }
    }

    #[test]
    fn does_not_outgrow_what_still_matters() {
        let mut map = ExpiringMap::new(1_000_000);
        for now in 0..100_000 {
            map.put(now, now + 10, now).unwrap();
            assert!(map.entries.len() <= FEW, "{} entries", map.entries.len());
        }
        assert_eq!(map.end(&99_999, 99_999), Some(100_009));
    }

    #[test]
    fn sweeps_out_nothing_that_still_matters() {
        let mut map = ExpiringMap::new(1_000_000);
        for key in 0..10_000_i64 {
            map.put(key, 1_000_000 + key, key).unwrap();
        }
        assert!((0..10_000).all(|key| map.end(&key, 999_999).is_some()));
    }

    #[test]
    fn an_entry_ends_at_its_moment_whether_or_not_it_was_swept() {
        let mut map = ExpiringMap::new(4);
        map.put("key", 10, 0).unwrap();
        assert_eq!((map.end(&"key", 9), map.end(&"key", 10)), (Some(10), None));
    }

    #[test]
    fn at_capacity_known_entries_are_still_moved() {
        let mut map = ExpiringMap::new(2);
        map.put('a', 5 * SECOND, 0).unwrap();
        map.put('b', 6 * SECOND, 0).unwrap();
        assert_eq!(map.put('c', 7 * SECOND, 0), Err(Full { until: 5 * SECOND }));
        map.put('a', 9 * SECOND, 0).unwrap();
        assert_eq!(map.end(&'a', 0), Some(9 * SECOND));
    }

    #[test]
    fn at_capacity_there_is_room_when_it_says_so() {
        let mut map = ExpiringMap::new(2);
        map.put('a', 5 * SECOND, 0).unwrap();
        map.put('b', 9 * SECOND, 0).unwrap();
        assert_eq!(map.put('c', 9 * SECOND, 1), Err(Full { until: 5 * SECOND }));
        assert_eq!(map.put('c', 9 * SECOND, 5 * SECOND - 1), Err(Full { until: 5 * SECOND }));
        assert_eq!(map.put('c', 9 * SECOND, 5 * SECOND), Ok(()));
    }

    #[test]
    fn at_capacity_it_is_swept_once_a_second() {
        let mut map = ExpiringMap::new(1);
        map.put('a', 10, 0).unwrap();
        map.put('b', 20, 10).unwrap();
        assert_eq!(map.put('c', 40, 30), Err(Full { until: SECOND + 10 }));
        assert_eq!(map.put('c', 2 * SECOND, SECOND + 10), Ok(()));
    }
}
