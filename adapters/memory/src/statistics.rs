use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{AccountTotals, Count, Day, Dimension, Hour, Measure, RefusalReason, Timestamp, UserId};
use usher_ports::outbound::{Counted, Statistics, StoreError};

use crate::lock;

/// Numbers by the day, in the process.
#[derive(Debug, Default)]
pub struct MemoryStatistics(Mutex<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    counts: BTreeMap<(Day, Count), u64>,
    hours: BTreeMap<(Hour, Measure), u64>,
    active: BTreeMap<Day, BTreeMap<UserId, Timestamp>>,
    accounts: BTreeMap<Day, AccountTotals>,
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl Statistics for MemoryStatistics {
    async fn add(&self, counted: &Counted) -> Result<()> {
        let mut numbers = lock(&self.0);
        for (count, number) in &counted.counts {
            *numbers.counts.entry((counted.day, count.clone())).or_default() += number;
            if let Count::Total(measure) = count {
                *numbers.hours.entry((counted.hour, *measure)).or_default() += number;
            }
        }
        if !counted.active.is_empty() {
            let seen = counted.active.iter().map(|user| (*user, counted.seen_at));
            numbers.active.entry(counted.day).or_default().extend(seen);
        }
        Ok(())
    }

    async fn totals(&self, from: Day, until: Day) -> Result<Vec<(Day, Measure, u64)>> {
        let numbers = lock(&self.0);
        let counted = numbers.counts.iter().filter_map(|((day, count), number)| match count {
            Count::Total(measure) => Some((*day, *measure, *number)),
            Count::Split(..) | Count::Refused(_) => None,
        });
        let active = numbers.active.iter().map(|(day, who)| (*day, Measure::Active, who.len() as u64));
        Ok(counted.chain(active).filter(|(day, ..)| (from..=until).contains(day)).collect())
    }

    async fn hours(&self, from: Hour, until: Hour) -> Result<Vec<(Hour, Measure, u64)>> {
        let numbers = lock(&self.0);
        let hours = numbers.hours.iter().map(|((hour, measure), number)| (*hour, *measure, *number));
        Ok(hours.filter(|(hour, ..)| (from..=until).contains(hour)).collect())
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

    async fn refusals(&self, from: Day, until: Day) -> Result<Vec<(RefusalReason, u64)>> {
        let mut sums: BTreeMap<RefusalReason, u64> = BTreeMap::new();
        for ((day, count), number) in &lock(&self.0).counts {
            if let Count::Refused(reason) = count
                && (from..=until).contains(day)
            {
                *sums.entry(*reason).or_default() += number;
            }
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(_, number)| Reverse(*number));
        Ok(sums)
    }

    async fn online(&self, since: Timestamp) -> Result<u64> {
        let numbers = lock(&self.0);
        let seen = numbers.active.values().flatten().filter(|(_, seen_at)| **seen_at > since);
        Ok(seen.map(|(user, _)| user).collect::<BTreeSet<_>>().len() as u64)
    }

    async fn keep_account_totals(&self, day: Day, totals: AccountTotals) -> Result<()> {
        lock(&self.0).accounts.insert(day, totals);
        Ok(())
    }

    async fn account_totals(&self, day: Day) -> Result<Option<AccountTotals>> {
        Ok(lock(&self.0).accounts.range(..=day).next_back().map(|(_, totals)| *totals))
    }

    async fn close(&self, day: Day, hour: Hour) -> Result<()> {
        let mut numbers = lock(&self.0);
        let open = numbers.active.split_off(&day);
        for (day, who) in std::mem::replace(&mut numbers.active, open) {
            numbers.counts.insert((day, Count::Total(Measure::Active)), who.len() as u64);
        }
        numbers.hours.retain(|(of, _), _| *of >= hour);
        Ok(())
    }
}
