//! The laws of a [`RateLimiter`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AdministratorName, Budget, Limit, Spent, Timestamp, UsernameKey};

use super::{NOW, address, at_once, later, new_device, new_name};
use crate::outbound::{LimitKey, RateLimiter};

fn budget(text: &str) -> Budget {
    match text.parse() {
        Ok(Limit::On(budget)) => budget,
        none => unreachable!("{text} is no budget: {none:?}"),
    }
}

fn new_key() -> LimitKey {
    LimitKey::Username(UsernameKey::of(&new_name()))
}

async fn spend(limits: &Arc<dyn RateLimiter>, key: &LimitKey, of: &str, now: Timestamp) -> Spent {
    limits.spend(key, &budget(of), now).await.expect("an answer")
}

async fn granted(limits: &Arc<dyn RateLimiter>, key: &LimitKey, of: &str, now: Timestamp) -> bool {
    matches!(spend(limits, key, of, now).await, Spent::Granted { .. })
}

fn refused(retry_after: Duration) -> Spent {
    Spent::Refused { retry_after }
}

/// The whole budget is granted at once, and the next call is refused until a part has refilled.
pub async fn grants_the_budget_and_no_more(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    for _ in 0..5 {
        assert!(granted(limits, &key, "5/1h", NOW).await);
    }
    assert_eq!(spend(limits, &key, "5/1h", NOW).await, refused(Duration::from_mins(12)));
}

/// A budget refills evenly: a fifth of it after a fifth of the time, and all of it after all of the time.
pub async fn refills_evenly(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    for _ in 0..5 {
        assert!(granted(limits, &key, "5/1h", NOW).await);
    }
    assert!(granted(limits, &key, "5/1h", later(720)).await);
    assert!(!granted(limits, &key, "5/1h", later(720)).await);
    for _ in 0..5 {
        assert!(granted(limits, &key, "5/1h", later(720 + 3_600)).await);
    }
    assert!(!granted(limits, &key, "5/1h", later(720 + 3_600)).await);
}

/// Refused calls cost nothing, and when the time they were told has passed, one is granted.
pub async fn a_refused_call_changes_nothing(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    assert!(granted(limits, &key, "1/1m", NOW).await);
    for second in 0..60 {
        let answer = spend(limits, &key, "1/1m", later(second)).await;
        assert_eq!(answer, refused(Duration::from_secs(60 - u64::from(second))));
    }
    assert!(granted(limits, &key, "1/1m", later(60)).await);
}

/// A part of a millisecond is not lost, or a large budget would be another than the configured one.
pub async fn counts_finer_than_a_millisecond(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    let mut spent = 0;
    for millisecond in 0..=100 {
        let now = NOW.plus(Duration::from_millis(millisecond));
        while granted(limits, &key, "3000/1s", now).await {
            spent += 1;
        }
    }
    assert_eq!(spent, 3_000 + 300);
}

/// Devices that register, devices that come back, addresses and names have budgets of their own.
pub async fn keys_do_not_touch_each_other(limits: &Arc<dyn RateLimiter>) {
    let (device, other) = (new_device(), new_device());
    let network = |last| address(last).network();
    let keys = [
        LimitKey::Device(device.clone()),
        LimitKey::Device(other.clone()),
        LimitKey::Resume(device.clone()),
        LimitKey::Resume(other),
        LimitKey::Address(network(1)),
        LimitKey::Address(network(2)),
        LimitKey::Username(UsernameKey::of(device.as_str())),
        LimitKey::Username(UsernameKey::of("alice")),
        LimitKey::Administrator(AdministratorName::parse("alice").expect("a name")),
        LimitKey::Username(UsernameKey::of("192.0.2.1")),
    ];
    for key in &keys {
        assert!(granted(limits, key, "1/1h", NOW).await, "{key:?}");
    }
    for key in &keys {
        assert!(!granted(limits, key, "1/1h", NOW).await, "{key:?}");
    }
}

/// What is written of an IPv4 address in IPv6 is the same place.
pub async fn an_address_is_one_key_however_it_is_written(limits: &Arc<dyn RateLimiter>) {
    let plain = Ipv4Addr::new(192, 0, 2, 9);
    let mapped = usher_domain::ClientAddress::new(IpAddr::V6(plain.to_ipv6_mapped()));
    assert!(granted(limits, &LimitKey::Address(address(9).network()), "1/1h", NOW).await);
    assert!(!granted(limits, &LimitKey::Address(mapped.network()), "1/1h", NOW).await);
}

/// Of many calls at the same instant exactly the budget is granted.
pub async fn of_calls_at_once_the_budget_is_granted(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    let answers = at_once((0..100).map(|_| {
        let (limits, key) = (Arc::clone(limits), key.clone());
        async move { granted(&limits, &key, "10/1h", NOW).await }
    }))
    .await;
    assert_eq!(answers.into_iter().filter(|granted| *granted).count(), 10);
}

/// A clock that is behind another node's neither panics nor gives anything away.
pub async fn a_clock_that_is_behind_gains_nothing(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    assert!(granted(limits, &key, "1/1m", later(60)).await);
    assert_eq!(spend(limits, &key, "1/1m", NOW).await, refused(Duration::from_mins(2)));
}

/// Tests a rate limiter: `limits_contract!(memory, setup())`, where the setup yields `(Arc<dyn RateLimiter>, guard)`.
#[macro_export]
macro_rules! limits_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            limits,
            [
                grants_the_budget_and_no_more,
                refills_evenly,
                a_refused_call_changes_nothing,
                counts_finer_than_a_millisecond,
                keys_do_not_touch_each_other,
                an_address_is_one_key_however_it_is_written,
                of_calls_at_once_the_budget_is_granted,
                a_clock_that_is_behind_gains_nothing,
            ]
        );
    };
}
