//! The laws of [`Statistics`].

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AccountTotals, Count, Day, Dimension, Hour, Measure, RefusalReason, UserId};

use super::at_once;
use crate::outbound::{Counted, Statistics};

type Store = Arc<dyn Statistics>;

const TODAY: Day = Day(20_000);

/// The last hour of that day.
const NOW: Hour = Hour(20_000 * 24 + 23);

fn total(measure: Measure, number: u64) -> (Count, u64) {
    (Count::Total(measure), number)
}

fn split(dimension: Dimension, value: &str, number: u64) -> (Count, u64) {
    (Count::Split(dimension, value.to_owned()), number)
}

/// Adds numbers in the last hour of a day.
async fn add(it: &Store, day: Day, counts: &[(Count, u64)], active: &[UserId]) {
    let hour = NOW.minus((TODAY.0 - day.0) * 24);
    let (counts, active) = (counts.to_vec(), active.to_vec());
    it.add(&Counted { day, hour, counts, active, seen_at: hour.start() }).await.expect("an answer");
}

async fn totals(it: &Store, from: Day, until: Day) -> Vec<(Day, Measure, u64)> {
    let mut totals = it.totals(from, until).await.expect("numbers");
    totals.sort_unstable();
    totals
}

/// What is added is in the sum of its day.
pub async fn numbers_add_up(it: &Store) {
    let yesterday = TODAY.minus(1);
    add(it, TODAY, &[total(Measure::Visitors, 2), total(Measure::Refused, 1)], &[]).await;
    add(it, TODAY, &[total(Measure::Visitors, 3)], &[]).await;
    add(it, yesterday, &[total(Measure::Visitors, 7)], &[]).await;
    add(it, TODAY.minus(9), &[total(Measure::Upgrades, 7)], &[]).await;
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
            add(&it, TODAY, &counts, &[UserId(n % 5)]).await;
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
        add(it, day, &[], &[UserId(1), UserId(2)]).await;
        add(it, day, &[], &[UserId(2), UserId(3)]).await;
    }
    let expected = [old, yesterday, TODAY].map(|day| (day, Measure::Active, 3));
    assert_eq!(totals(it, old, TODAY).await, expected);
    for _ in 0..2 {
        it.close(yesterday, NOW).await.expect("an answer");
        assert_eq!(totals(it, old, TODAY).await, expected);
    }
    add(it, yesterday, &[], &[UserId(3), UserId(4)]).await;
    assert_eq!(totals(it, yesterday, yesterday).await, [(yesterday, Measure::Active, 4)]);
}

/// Days that are closed at once are counted once.
pub async fn days_that_are_closed_at_once_are_counted_once(it: &Store) {
    let people: Vec<UserId> = (0..1_200).map(UserId).collect();
    add(it, TODAY, &[], &people).await;
    at_once((0..8).map(|_| {
        let it = Arc::clone(it);
        async move { it.close(Day(TODAY.0 + 1), NOW).await.expect("an answer") }
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
    add(it, TODAY, &counts, &[]).await;
    add(it, TODAY.minus(1), &[split(Dimension::Brand, "Apple", 4)], &[]).await;
    add(it, TODAY.minus(5), &[split(Dimension::Brand, "Apple", 50)], &[]).await;
    let found = it.split(Dimension::Brand, TODAY.minus(1), TODAY, 3).await.expect("numbers");
    let found: Vec<_> = found.iter().map(|(value, number)| (value.as_str(), *number)).collect();
    assert_eq!(found, [("Apple", 7), ("小米", 5), ("", 2)]);
}

/// The hours have numbers of their own, until they are forgotten; the numbers of their days stay.
pub async fn hours_are_told_apart_until_they_are_forgotten(it: &Store) {
    for (back, number) in [(0, 1), (0, 2), (1, 5), (30, 7)] {
        let counts = vec![
            total(Measure::Visitors, number),
            split(Dimension::Os, "iOS", number),
            (Count::Refused(RefusalReason::Input), number),
        ];
        let (hour, active) = (NOW.minus(back), vec![UserId(1)]);
        let day = Day(hour.0.div_euclid(24));
        it.add(&Counted { day, hour, counts, active, seen_at: hour.start() }).await.expect("an answer");
    }
    let hours = async |from: Hour| {
        let mut hours = it.hours(from, NOW).await.expect("numbers");
        hours.sort_unstable();
        hours
    };
    let recent = [(NOW.minus(1), Measure::Visitors, 5), (NOW, Measure::Visitors, 3)];
    assert_eq!(hours(NOW.minus(29)).await, recent);
    assert_eq!(hours(NOW).await, recent[1..]);
    assert_eq!(hours(NOW.minus(30)).await.len(), 3);
    it.close(TODAY.minus(1), NOW.minus(29)).await.expect("an answer");
    assert_eq!(hours(NOW.minus(30)).await, recent);
    let days = totals(it, TODAY.minus(2), TODAY).await;
    let visitors: Vec<_> = days.iter().filter(|(_, measure, _)| *measure == Measure::Visitors).collect();
    assert_eq!(visitors, [&(TODAY.minus(1), Measure::Visitors, 7), &(TODAY, Measure::Visitors, 8)]);
}

/// Refusals are told by their reason, the most frequent first.
pub async fn refusals_are_told_by_their_reason(it: &Store) {
    let refused = |reason, number| (Count::Refused(reason), number);
    add(it, TODAY, &[refused(RefusalReason::Token, 2), refused(RefusalReason::Input, 4)], &[]).await;
    add(it, TODAY.minus(1), &[refused(RefusalReason::Token, 3)], &[]).await;
    add(it, TODAY.minus(2), &[refused(RefusalReason::Other, 9)], &[]).await;
    let found = it.refusals(TODAY.minus(1), TODAY).await.expect("numbers");
    assert_eq!(found, [(RefusalReason::Token, 5), (RefusalReason::Input, 4)]);
}

/// Who was seen lately is online, once, whatever day it was.
pub async fn people_who_were_seen_lately_are_online(it: &Store) {
    let at = |seconds| NOW.start().plus(Duration::from_secs(seconds));
    for (day, seconds, active) in [
        (TODAY.minus(1), 0, vec![UserId(1), UserId(2), UserId(3)]),
        (TODAY, 100, vec![UserId(2), UserId(4)]),
        (TODAY, 200, vec![UserId(2)]),
    ] {
        let counted = Counted { day, hour: NOW, counts: Vec::new(), active, seen_at: at(seconds) };
        it.add(&counted).await.expect("an answer");
    }
    for (since, number) in [(0, 2), (99, 2), (100, 1), (200, 0)] {
        assert_eq!(it.online(at(since)).await.expect("a number"), number, "{since}");
    }
    assert_eq!(it.online(NOW.minus(1).start()).await.expect("a number"), 4);
}

/// The accounts of a day are those that were kept last, and those of a day without any are those of a day before.
pub async fn account_totals_are_those_of_the_nearest_day(it: &Store) {
    let totals = |accounts| AccountTotals { accounts, disabled: 2, deleted: 1 };
    assert_eq!(it.account_totals(TODAY).await.expect("an answer"), None);
    for (day, accounts) in [(TODAY.minus(5), 10), (TODAY, 20), (TODAY, 19)] {
        it.keep_account_totals(day, totals(accounts)).await.expect("an answer");
    }
    for (back, accounts) in [(0, Some(19)), (1, Some(10)), (5, Some(10)), (6, None)] {
        let found = it.account_totals(TODAY.minus(back)).await.expect("an answer");
        assert_eq!(found, accounts.map(totals), "{back}");
    }
    assert_eq!(self::totals(it, TODAY.minus(9), TODAY).await, []);
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
                hours_are_told_apart_until_they_are_forgotten,
                refusals_are_told_by_their_reason,
                people_who_were_seen_lately_are_online,
                account_totals_are_those_of_the_nearest_day,
            ]
        );
    };
}
