//! The laws of an [`InstallationStore`].

use std::sync::Arc;

use usher_domain::InstallationId;

use super::{at_once, new_uuid};
use crate::outbound::InstallationStore;

type Store = Arc<dyn InstallationStore>;

fn any() -> InstallationId {
    InstallationId::new(new_uuid())
}

/// The first id stays.
pub async fn keeps_its_first_id(it: &Store) {
    let first = any();
    assert_eq!(it.identify(first).await.expect("an id"), first);
    assert_eq!(it.identify(any()).await.expect("an id"), first);
}

/// All who start at once on an empty database are told the same id.
pub async fn agrees_on_one_id(it: &Store) {
    let ids = at_once((0..8).map(|_| {
        let it = Arc::clone(it);
        async move { it.identify(any()).await.expect("an id") }
    }))
    .await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

/// Tests a store: `installation_contract!(sqlite, setup())`, where the setup yields `(Arc<dyn InstallationStore>, guard)`.
#[macro_export]
macro_rules! installation_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!($backend, $setup, installation, [keeps_its_first_id, agrees_on_one_id]);
    };
}
