use std::collections::HashMap;
use std::hash::Hash;

use usher_domain::Timestamp;

/// Below this many entries a sweep is not worth it.
const FEW: usize = 1_024;

/// One second, in the map's unit.
const SECOND: i64 = 1_000_000;

/// Entries that matter up to a moment, in a map that does not outgrow them, nor its capacity.
///
/// Nothing runs in the background: a new entry sweeps out what no longer matters when the map has doubled since it was
/// last swept, so each entry pays for a fixed number of others. At capacity that reckoning no longer holds, because a
/// sweep may free next to nothing; there it happens once a second at most, or a flood would buy a walk over the whole
/// map with every call.
///
/// Moments are microseconds since the Unix epoch.
#[derive(Debug)]
pub(crate) struct ExpiringMap<K> {
    ends: HashMap<K, i64>,
    capacity: usize,
    sweep_at: usize,
    full_until: i64,
}

/// There is no room for a new entry before this moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full {
    pub(crate) until: i64,
}

impl<K: Eq + Hash> ExpiringMap<K> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { ends: HashMap::new(), capacity, sweep_at: FEW.min(capacity), full_until: i64::MIN }
    }

    /// When the entry ends, if it still matters.
    pub(crate) fn end(&self, key: &K, now: i64) -> Option<i64> {
        self.ends.get(key).copied().filter(|end| *end > now)
    }

    /// Keeps an entry up to `end`. One that is there already always finds room.
    pub(crate) fn keep(&mut self, key: K, end: i64, now: i64) -> Result<(), Full> {
        if let Some(known) = self.ends.get_mut(&key) {
            *known = end;
            return Ok(());
        }
        if self.ends.len() >= self.capacity {
            self.make_room(now)?;
        } else if self.ends.len() >= self.sweep_at {
            self.sweep(now);
        }
        self.ends.insert(key, end);
        Ok(())
    }

    fn make_room(&mut self, now: i64) -> Result<(), Full> {
        if now >= self.full_until {
            self.sweep(now);
            self.full_until = now.saturating_add(SECOND);
            if self.ends.len() < self.capacity {
                return Ok(());
            }
            let first = self.ends.values().min().copied().unwrap_or(i64::MAX);
            self.full_until = self.full_until.max(first);
        }
        Err(Full { until: self.full_until })
    }

    fn sweep(&mut self, now: i64) {
        self.ends.retain(|_, end| *end > now);
        self.sweep_at = (self.ends.len() * 2).max(FEW).min(self.capacity);
    }
}

/// A moment in the map's unit.
pub(crate) fn micros(moment: Timestamp) -> i64 {
    moment.as_millis().saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_outgrow_what_still_matters() {
        let mut map = ExpiringMap::new(1_000_000);
        for now in 0..100_000 {
            map.keep(now, now + 10, now).unwrap();
            assert!(map.ends.len() <= FEW, "{} entries", map.ends.len());
        }
        assert_eq!(map.end(&99_999, 99_999), Some(100_009));
    }

    #[test]
    fn sweeps_out_nothing_that_still_matters() {
        let mut map = ExpiringMap::new(1_000_000);
        for key in 0..10_000_i64 {
            map.keep(key, 1_000_000 + key, key).unwrap();
        }
        assert!((0..10_000).all(|key| map.end(&key, 999_999).is_some()));
    }

    #[test]
    fn an_entry_ends_at_its_moment_whether_or_not_it_was_swept() {
        let mut map = ExpiringMap::new(4);
        map.keep("key", 10, 0).unwrap();
        assert_eq!((map.end(&"key", 9), map.end(&"key", 10)), (Some(10), None));
    }

    #[test]
    fn at_capacity_known_entries_are_still_moved() {
        let mut map = ExpiringMap::new(2);
        map.keep('a', 5 * SECOND, 0).unwrap();
        map.keep('b', 6 * SECOND, 0).unwrap();
        assert_eq!(map.keep('c', 7 * SECOND, 0), Err(Full { until: 5 * SECOND }));
        map.keep('a', 9 * SECOND, 0).unwrap();
        assert_eq!(map.end(&'a', 0), Some(9 * SECOND));
    }

    #[test]
    fn at_capacity_there_is_room_when_it_says_so() {
        let mut map = ExpiringMap::new(2);
        map.keep('a', 5 * SECOND, 0).unwrap();
        map.keep('b', 9 * SECOND, 0).unwrap();
        assert_eq!(map.keep('c', 9 * SECOND, 1), Err(Full { until: 5 * SECOND }));
        assert_eq!(map.keep('c', 9 * SECOND, 5 * SECOND - 1), Err(Full { until: 5 * SECOND }));
        assert_eq!(map.keep('c', 9 * SECOND, 5 * SECOND), Ok(()));
    }

    #[test]
    fn at_capacity_it_is_swept_once_a_second() {
        let mut map = ExpiringMap::new(1);
        map.keep('a', 10, 0).unwrap();
        map.keep('b', 20, 10).unwrap();
        assert_eq!(map.keep('c', 40, 30), Err(Full { until: SECOND + 10 }));
        assert_eq!(map.keep('c', 2 * SECOND, SECOND + 10), Ok(()));
    }
}
