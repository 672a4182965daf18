//! The laws of an [`IdSource`].

use std::collections::HashSet;
use std::sync::Arc;

use super::at_once;
use crate::outbound::IdSource;

/// Public ids never repeat, also when many are drawn at once.
pub async fn no_id_repeats(ids: &Arc<dyn IdSource>) {
    let drawn = at_once((0..8).map(|_| {
        let ids = Arc::clone(ids);
        async move { (0..1_000).map(|_| ids.uuid()).collect::<Vec<_>>() }
    }))
    .await;
    assert_eq!(drawn.into_iter().flatten().collect::<HashSet<_>>().len(), 8_000);
}

/// Public ids are of version 7, and later ones sort after earlier ones.
pub async fn later_ids_sort_after_earlier_ones(ids: &Arc<dyn IdSource>) {
    let drawn: Vec<_> = (0..1_000).map(|_| ids.uuid()).collect();
    assert!(drawn.is_sorted());
    assert!(drawn.iter().all(|id| id.get_version_num() == 7));
}

/// Secrets never repeat, and no bit of them is always the same.
pub async fn no_secret_repeats(ids: &Arc<dyn IdSource>) {
    let drawn: Vec<[u8; 32]> = (0..1_000).map(|_| *ids.session_secret().expose()).collect();
    assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 1_000);
    for byte in 0..32 {
        let seen = |fold: fn(u8, u8) -> u8| drawn.iter().map(|secret| secret[byte]).reduce(fold);
        assert_eq!(seen(|a, b| a | b), Some(0xff), "byte {byte}");
        assert_eq!(seen(|a, b| a & b), Some(0), "byte {byte}");
    }
}

/// Numbers that tell names apart hardly ever repeat.
pub async fn salts_differ(ids: &Arc<dyn IdSource>) {
    let drawn: HashSet<u32> = (0..1_000).map(|_| ids.salt()).collect();
    assert!(drawn.len() > 990);
}

/// Tests a source of ids: `ids_contract!(system, setup())`, where the setup yields `(Arc<dyn IdSource>, guard)`.
#[macro_export]
macro_rules! ids_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            ids,
            [no_id_repeats, later_ids_sort_after_earlier_ones, no_secret_repeats, salts_differ,]
        );
    };
}
