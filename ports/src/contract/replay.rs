//! The laws of a [`ReplayGuard`].

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{ClientAddress, ClientSignature, ReplayKey, Timestamp};

use super::{NOW, address, at_once, later, number};
use crate::outbound::{ReplayGuard, Use};

fn new_key() -> ReplayKey {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number().to_be_bytes());
    ClientSignature::from_bytes(bytes).replay_key()
}

/// Notes a use of a key that is valid for five minutes from [`NOW`].
async fn note(guard: &Arc<dyn ReplayGuard>, key: &ReplayKey, from: u8, now: Timestamp) -> Use {
    guard.note(key, address(from).widest_network(), later(300), now).await.expect("an answer")
}

/// The first use is the first, and every other a repetition, until the signature is no longer valid.
pub async fn a_signature_is_good_once(guard: &Arc<dyn ReplayGuard>) {
    let key = new_key();
    assert_eq!(note(guard, &key, 1, NOW).await, Use::First);
    for second in [0, 1, 299, 300] {
        let again = note(guard, &key, 1, later(second)).await;
        assert_eq!(again, Use::Repeated, "after {second} s");
    }
}

/// Each signature is counted for itself.
pub async fn signatures_do_not_touch_each_other(guard: &Arc<dyn ReplayGuard>) {
    for key in [new_key(), new_key()] {
        assert_eq!(note(guard, &key, 1, NOW).await, Use::First);
        assert_eq!(note(guard, &key, 1, NOW).await, Use::Repeated);
    }
}

/// An intercepted signature is refused on every route.
pub async fn a_signature_is_good_once_wherever_it_comes_from(guard: &Arc<dyn ReplayGuard>) {
    let key = new_key();
    let elsewhere = ClientAddress::new([198, 51, 100, 1].into()).widest_network();
    assert_eq!(note(guard, &key, 1, NOW).await, Use::First);
    let again = guard.note(&key, elsewhere, later(300), NOW).await.expect("an answer");
    assert_eq!(again, Use::Repeated);
}

/// Signatures that differ in one bit are two.
pub async fn the_whole_signature_counts(guard: &Arc<dyn ReplayGuard>) {
    let first = new_key();
    assert_eq!(note(guard, &first, 1, NOW).await, Use::First);
    for byte in 0..32 {
        let mut bytes = *first.as_bytes();
        bytes[byte] ^= 0x80;
        let other = ClientSignature::from_bytes(bytes).replay_key();
        assert_eq!(note(guard, &other, 1, NOW).await, Use::First, "byte {byte}");
    }
}

/// Of any number of uses at the same instant exactly one is the first.
pub async fn of_uses_at_once_one_is_the_first(guard: &Arc<dyn ReplayGuard>) {
    let key = new_key();
    let uses = at_once((0..100).map(|n| {
        let (guard, key) = (Arc::clone(guard), key);
        let now = NOW.plus(Duration::from_millis(n));
        async move { note(&guard, &key, 1, now).await }
    }))
    .await;
    assert_eq!(uses.into_iter().filter(|answer| *answer == Use::First).count(), 1);
}

/// Tests a replay guard: `replay_contract!(memory, setup())`, where the setup yields `(Arc<dyn ReplayGuard>, guard)`.
#[macro_export]
macro_rules! replay_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            replay,
            [
                a_signature_is_good_once,
                signatures_do_not_touch_each_other,
                a_signature_is_good_once_wherever_it_comes_from,
                the_whole_signature_counts,
                of_uses_at_once_one_is_the_first,
            ]
        );
    };
}
