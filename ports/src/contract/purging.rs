//! The laws of a [`SessionStore`](crate::outbound::SessionStore) that forgets nothing by itself.

use super::later;
use super::sessions::{Sessions, new_session};
use usher_domain::{Role, Session};

/// What expired before a given time is forgotten and counted; what has not is kept.
pub async fn purges_what_expired(sessions: &Sessions) {
    let mut started = Vec::new();
    for second in [1, 2, 3] {
        let session = Session { expires_at: later(second), ..new_session(sessions.alice, Role::User) };
        started.push(sessions.started(session).await);
    }
    assert_eq!(sessions.store.purge(later(3)).await.expect("a purge"), 2);
    assert_eq!(sessions.list(sessions.alice).await, [started[2].clone()]);
    assert_eq!(sessions.store.purge(later(3)).await.expect("a purge"), 0);
}

/// Tests a store that has to be purged: `purging_contract!(sqlite, setup())`, where the setup yields
/// `(Sessions, guard)`.
#[macro_export]
macro_rules! purging_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!($backend, $setup, purging, [purges_what_expired]);
    };
}
