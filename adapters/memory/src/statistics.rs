use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{Count, Day, Dimension, Measure, UserId};
use usher_ports::outbound::{Statistics, StoreError};

use crate::lock;

/// Numbers by the day, in the process.
#[derive(Debug, Default)]
pub struct MemoryStatistics(Mutex<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    counts: BTreeMap<(Day, Count), u64>,
    active: BTreeMap<Day, BTreeSet<UserId>>,
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl Statistics for MemoryStatistics {
    async fn add(&self, day: Day, counts: &[(Count, u64)], active: &[UserId]) -> Result<()> {
        let mut numbers = lock(&self.0);
        for (count, number) in counts {
            *numbers.counts.entry((day, count.clone())).or_default() += number;
        }
        if !active.is_empty() {
            numbers.active.entry(day).or_default().extend(active);
        }
        Ok(())
    }

    async fn totals(&self, from: Day, until: Day) -> Result<Vec<(Day, Measure, u64)>> {
        let numbers = lock(&self.0);
        let counted = numbers.counts.iter().filter_map(|((day, count), number)| match count {
            Count::Total(measure) => Some((*day, *measure, *number)),
            Count::Split(..) => None,
        });
        let active = numbers.active.iter().map(|(day, who)| (*day, Measure::Active, who.len() as u64));
        Ok(counted.chain(active).filter(|(day, ..)| (from..=until).contains(day)).collect())
    }

    async fn split(
        &self,
        dimension: Dimension,
        from: Day,
        until: Day,
        limit: u32,
    ) -> Result<Vec<(String, u64)>> {
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for ((day, count), number) in &lock(&self.0).counts {
            if let Count::Split(of, value) = count
                && *of == dimension
                && (from..=until).contains(day)
            {
                *sums.entry(value.clone()).or_default() += number;
            }
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(value, number)| (Reverse(*number), value.clone()));
        sums.truncate(limit as usize);
        Ok(sums)
    }

    async fn close(&self, day: Day) -> Result<()> {
        let mut numbers = lock(&self.0);
        let open = numbers.active.split_off(&day);
        for (day, who) in std::mem::replace(&mut numbers.active, open) {
            numbers.counts.insert((day, Count::Total(Measure::Active)), who.len() as u64);
        }
        Ok(())
    }
}
