//! The laws of a [`RateLimiter`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AdministratorName, ClientAddress, Limit, Quota, Timestamp, UserId, UsernameKey};

use super::{NOW, address, at_once, later, new_device, new_name};
use crate::outbound::{Acquired, LimitKey, NetworkUse, RateLimiter};

fn quota(text: &str) -> Quota {
    match text.parse() {
        Ok(Limit::On(quota)) => quota,
        none => unreachable!("{text} is no quota: {none:?}"),
    }
}

fn new_key() -> LimitKey {
    LimitKey::Username(UsernameKey::of(&new_name()))
}

async fn acquire(limits: &Arc<dyn RateLimiter>, quotas: &[(&LimitKey, &str)], now: Timestamp) -> Acquired {
    let quotas: Vec<_> = quotas.iter().map(|(key, of)| ((*key).clone(), quota(of))).collect();
    limits.acquire(&quotas, now).await.expect("an answer")
}

async fn acquire_one(limits: &Arc<dyn RateLimiter>, key: &LimitKey, of: &str, now: Timestamp) -> Acquired {
    acquire(limits, &[(key, of)], now).await
}

async fn granted(limits: &Arc<dyn RateLimiter>, key: &LimitKey, of: &str, now: Timestamp) -> bool {
    acquire_one(limits, key, of, now).await == Acquired::Granted
}

fn refused(retry_after: Duration) -> Acquired {
    Acquired::Refused { retry_after }
}

fn network(text: &str) -> ClientAddress {
    ClientAddress::new(text.parse().expect("an address"))
}

/// The whole quota is granted at once, and the next call is refused until a part has refilled.
pub async fn grants_the_quota_and_no_more(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    for _ in 0..5 {
        assert!(granted(limits, &key, "5/1h", NOW).await);
    }
    assert_eq!(acquire_one(limits, &key, "5/1h", NOW).await, refused(Duration::from_mins(12)));
}

/// A quota refills evenly: a fifth of it after a fifth of the time, and all of it after all of the time.
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
        let answer = acquire_one(limits, &key, "1/1m", later(second)).await;
        assert_eq!(answer, refused(Duration::from_secs(60 - u64::from(second))));
    }
    assert!(granted(limits, &key, "1/1m", later(60)).await);
}

/// A part of a millisecond is not lost, or a large quota would be another than the configured one.
pub async fn counts_finer_than_a_millisecond(limits: &Arc<dyn RateLimiter>) {
    let key = new_key();
    let mut used = 0;
    for millisecond in 0..=100 {
        let now = NOW.plus(Duration::from_millis(millisecond));
        while granted(limits, &key, "3000/1s", now).await {
            used += 1;
        }
    }
    assert_eq!(used, 3_000 + 300);
}

/// Devices that register, devices that come back, networks by what they do, and names have quotas of their own.
pub async fn keys_do_not_touch_each_other(limits: &Arc<dyn RateLimiter>) {
    let (device, other) = (new_device(), new_device());
    let (alice, v6) = (UsernameKey::of("alice"), network("2001:db8:1:2::3"));
    let administrator = AdministratorName::parse("alice").expect("a name");
    let of = |last: u8| address(last).network();
    let keys = [
        LimitKey::Device(device.clone()),
        LimitKey::Device(other.clone()),
        LimitKey::Resume(device.clone()),
        LimitKey::Resume(other),
        LimitKey::Network(NetworkUse::Enter, of(1)),
        LimitKey::Network(NetworkUse::Enter, of(2)),
        LimitKey::Network(NetworkUse::Enter, address(1).wider_network()),
        LimitKey::Network(NetworkUse::Resume, of(1)),
        LimitKey::Network(NetworkUse::Administrate, of(1)),
        LimitKey::Network(NetworkUse::Audit, of(1)),
        LimitKey::Network(NetworkUse::Enter, v6.network()),
        LimitKey::Network(NetworkUse::Enter, v6.wider_network()),
        LimitKey::Network(NetworkUse::Enter, v6.widest_network()),
        LimitKey::Username(UsernameKey::of(device.as_str())),
        LimitKey::Username(alice.clone()),
        LimitKey::UsernameFrom(alice.clone(), of(1)),
        LimitKey::UsernameFrom(alice.clone(), of(2)),
        LimitKey::UsernameKnown(alice.clone(), of(1)),
        LimitKey::UsernameDevice(alice, device),
        LimitKey::Administrator(administrator.clone()),
        LimitKey::AdministratorFrom(administrator.clone(), of(1)),
        LimitKey::AdministratorBrowser(administrator.clone(), NOW),
        LimitKey::AdministratorBrowser(administrator.clone(), later(1)),
        LimitKey::AdministratorSession(administrator),
        LimitKey::Username(UsernameKey::of("192.0.2.1")),
        LimitKey::Username(UsernameKey::of("alice}:192.0.2.1/32")),
        LimitKey::Username(UsernameKey::of("{alice")),
        LimitKey::Search(UserId(1)),
        LimitKey::Search(UserId(2)),
        LimitKey::Installation,
        LimitKey::Audit,
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
    let mapped = ClientAddress::new(IpAddr::V6(plain.to_ipv6_mapped()));
    let key = |from: ClientAddress| LimitKey::Network(NetworkUse::Enter, from.network());
    assert!(granted(limits, &key(address(9)), "1/1h", NOW).await);
    assert!(!granted(limits, &key(mapped), "1/1h", NOW).await);
}

/// A call that one quota refuses charges no other, whatever they belong to, and in whichever order they stand.
pub async fn all_quotas_are_charged_or_none(limits: &Arc<dyn RateLimiter>) {
    let from = network("2001:db8:77:1::1");
    let part = |network| LimitKey::Network(NetworkUse::Enter, network);
    let (narrow, wide) = (part(from.network()), part(from.widest_network()));
    let (device, name) = (LimitKey::Device(new_device()), new_key());
    let all =
        [(&narrow, "9/1h"), (&wide, "9/1h"), (&device, "1/1h"), (&name, "9/1h"), (&LimitKey::Audit, "9/1h")];
    assert_eq!(acquire(limits, &all, NOW).await, Acquired::Granted);
    for turn in 0..all.len() {
        let mut turned = all;
        turned.rotate_left(turn);
        assert_eq!(acquire(limits, &turned, NOW).await, refused(Duration::from_hours(1)), "{turn}");
    }
    for (key, of) in all.into_iter().filter(|(key, _)| **key != device) {
        for left in (0..8).rev() {
            assert!(granted(limits, key, of, NOW).await, "{key:?}: {left} should be left");
        }
        assert!(!granted(limits, key, of, NOW).await, "{key:?}");
    }
}

/// What a network uses up of its own quota costs the wider network no more than was granted: a single /64 cannot burn
/// the quota of its /48.
pub async fn a_refused_network_costs_the_wider_one_nothing(limits: &Arc<dyn RateLimiter>) {
    let (storm, other) = (network("2001:db8:78:1::1"), network("2001:db8:78:2::1"));
    let part = |network| LimitKey::Network(NetworkUse::Enter, network);
    let wide = part(storm.widest_network());
    assert_eq!(wide, part(other.widest_network()));
    let mut counts = [0, 0];
    for (count, from) in counts.iter_mut().zip([storm, other]) {
        let narrow = part(from.network());
        for _ in 0..20 {
            let answer = acquire(limits, &[(&narrow, "5/1h"), (&wide, "8/1h")], NOW).await;
            *count += usize::from(answer == Acquired::Granted);
        }
    }
    assert_eq!(counts, [5, 3]);
}

/// Of several quotas that refuse, the one that takes longest tells when to come back, and then the call is granted.
pub async fn the_longest_wait_is_told(limits: &Arc<dyn RateLimiter>) {
    let (device, name) = (LimitKey::Device(new_device()), new_key());
    let both = [(&device, "1/1m"), (&name, "1/10m")];
    assert_eq!(acquire(limits, &both, NOW).await, Acquired::Granted);
    let answer = acquire(limits, &both, later(30)).await;
    assert!(matches!(answer, Acquired::Refused { .. }));
    assert_eq!(acquire(limits, &both, later(600)).await, Acquired::Granted);
    let by_name = [(&name, "1/10m")];
    assert_eq!(acquire(limits, &by_name, later(660)).await, refused(Duration::from_mins(9)));
}

/// Where no quota is asked for nothing is refused.
pub async fn no_quota_refuses_nothing(limits: &Arc<dyn RateLimiter>) {
    assert_eq!(acquire(limits, &[], NOW).await, Acquired::Granted);
}

/// Of many calls at the same instant exactly the quota is granted.
pub async fn of_calls_at_once_the_quota_is_granted(limits: &Arc<dyn RateLimiter>) {
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
    assert_eq!(acquire_one(limits, &key, "1/1m", NOW).await, refused(Duration::from_mins(2)));
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
                grants_the_quota_and_no_more,
                refills_evenly,
                a_refused_call_changes_nothing,
                counts_finer_than_a_millisecond,
                keys_do_not_touch_each_other,
                an_address_is_one_key_however_it_is_written,
                all_quotas_are_charged_or_none,
                a_refused_network_costs_the_wider_one_nothing,
                the_longest_wait_is_told,
                no_quota_refuses_nothing,
                of_calls_at_once_the_quota_is_granted,
                a_clock_that_is_behind_gains_nothing,
            ]
        );
    };
}
