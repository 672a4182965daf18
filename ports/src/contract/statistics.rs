//! The laws of [`Statistics`].

use std::sync::Arc;

use usher_domain::{Count, Day, Dimension, Measure, UserId};

use super::at_once;
use crate::outbound::Statistics;

type Store = Arc<dyn Statistics>;

const TODAY: Day = Day(20_000);

fn total(measure: Measure, number: u64) -> (Count, u64) {
    (Count::Total(measure), number)
}

fn split(dimension: Dimension, value: &str, number: u64) -> (Count, u64) {
    (Count::Split(dimension, value.to_owned()), number)
}

async fn totals(it: &Store, from: Day, until: Day) -> Vec<(Day, Measure, u64)> {
    let mut totals = it.totals(from, until).await.expect("numbers");
    totals.sort_unstable();
    totals
}

/// What is added is in the sum of its day.
pub async fn numbers_add_up(it: &Store) {
    let yesterday = TODAY.minus(1);
    it.add(TODAY, &[total(Measure::Visitors, 2), total(Measure::Refused, 1)], &[]).await.expect("an answer");
    it.add(TODAY, &[total(Measure::Visitors, 3)], &[]).await.expect("an answer");
    it.add(yesterday, &[total(Measure::Visitors, 7)], &[]).await.expect("an answer");
    it.add(TODAY.minus(9), &[total(Measure::Upgrades, 7)], &[]).await.expect("an answer");
    let expected =
        [(yesterday, Measure::Visitors, 7), (TODAY, Measure::Visitors, 5), (TODAY, Measure::Refused, 1)];
    assert_eq!(totals(it, yesterday, TODAY).await, expected);
    assert_eq!(totals(it, TODAY, TODAY).await, expected[1..]);
}

/// What is added at once is in the sum.
pub async fn numbers_that_are_added_at_once_add_up(it: &Store) {
    at_once((0..20).map(|n| {
        let it = Arc::clone(it);
        async move {
            let mut counts = vec![
                total(Measure::Visitors, 1),
                split(Dimension::Os, "iOS", 1),
                total(Measure::Upgrades, 2),
            ];
            if n % 2 == 0 {
                counts.reverse();
            }
            it.add(TODAY, &counts, &[UserId(n % 5)]).await.expect("an answer");
        }
    }))
    .await;
    let expected =
        [(TODAY, Measure::Visitors, 20), (TODAY, Measure::Upgrades, 40), (TODAY, Measure::Active, 5)];
    assert_eq!(totals(it, TODAY, TODAY).await, expected);
    assert_eq!(it.split(Dimension::Os, TODAY, TODAY, 9).await.expect("numbers"), [("iOS".to_owned(), 20)]);
}

/// A user is counted once a day, however often they come, and also after the day is closed.
pub async fn people_are_counted_once_a_day(it: &Store) {
    let (old, yesterday) = (TODAY.minus(2), TODAY.minus(1));
    for day in [old, yesterday, TODAY] {
        it.add(day, &[], &[UserId(1), UserId(2)]).await.expect("an answer");
        it.add(day, &[], &[UserId(2), UserId(3)]).await.expect("an answer");
    }
    let expected = [old, yesterday, TODAY].map(|day| (day, Measure::Active, 3));
    assert_eq!(totals(it, old, TODAY).await, expected);
    for _ in 0..2 {
        it.close(yesterday).await.expect("an answer");
        assert_eq!(totals(it, old, TODAY).await, expected);
    }
    it.add(yesterday, &[], &[UserId(3), UserId(4)]).await.expect("an answer");
    assert_eq!(totals(it, yesterday, yesterday).await, [(yesterday, Measure::Active, 4)]);
}

/// Days that are closed at once are counted once.
pub async fn days_that_are_closed_at_once_are_counted_once(it: &Store) {
    let people: Vec<UserId> = (0..1_200).map(UserId).collect();
    it.add(TODAY, &[], &people).await.expect("an answer");
    at_once((0..8).map(|_| {
        let it = Arc::clone(it);
        async move { it.close(Day(TODAY.0 + 1)).await.expect("an answer") }
    }))
    .await;
    assert_eq!(totals(it, TODAY, TODAY).await, [(TODAY, Measure::Active, 1_200)]);
}

/// What visitors come with is told by how many they are, over all days, each value for itself.
pub async fn visitors_are_split(it: &Store) {
    let counts = [
        split(Dimension::Brand, "Apple", 3),
        split(Dimension::Brand, "apple", 1),
        split(Dimension::Brand, "", 2),
        split(Dimension::Brand, "小米", 5),
        split(Dimension::Model, "Apple", 9),
    ];
    it.add(TODAY, &counts, &[]).await.expect("an answer");
    it.add(TODAY.minus(1), &[split(Dimension::Brand, "Apple", 4)], &[]).await.expect("an answer");
    it.add(TODAY.minus(5), &[split(Dimension::Brand, "Apple", 50)], &[]).await.expect("an answer");
    let found = it.split(Dimension::Brand, TODAY.minus(1), TODAY, 3).await.expect("numbers");
    let found: Vec<_> = found.iter().map(|(value, number)| (value.as_str(), *number)).collect();
    assert_eq!(found, [("Apple", 7), ("小米", 5), ("", 2)]);
}

/// Tests a store: `statistics_contract!(sqlite, setup())`, where the setup yields `(Arc<dyn Statistics>, guard)`.
#[macro_export]
macro_rules! statistics_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            statistics,
            [
                numbers_add_up,
                numbers_that_are_added_at_once_add_up,
                people_are_counted_once_a_day,
                days_that_are_closed_at_once_are_counted_once,
                visitors_are_split,
            ]
        );
    };
}
