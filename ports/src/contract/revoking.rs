//! The laws of a [`RevocationSink`].

use std::num::NonZeroU32;
use std::sync::Arc;

use usher_domain::{Epoch, Role, Session, UserId};

use super::{at_once, new_uuid, sessions};
use crate::outbound::{Revocation, RevocationSink, SessionStore, Started, SyncToken};

/// A session store, and itself as one that is told whose sessions end.
pub struct Revoking {
    /// Keeps the sessions.
    pub store: Arc<dyn SessionStore>,
    /// Is told.
    pub sink: Arc<dyn RevocationSink>,
}

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);
const EVE: UserId = UserId(3);

fn token() -> SyncToken {
    SyncToken(new_uuid())
}

fn revocation(user: UserId, epoch: i64) -> Revocation {
    Revocation { user, epoch: Epoch(epoch) }
}

fn new_session(user: UserId, epoch: i64) -> Session {
    Session { epoch: Epoch(epoch), ..sessions::new_session(user, Role::User) }
}

impl Revoking {
    async fn start(&self, session: &Session) -> Started {
        self.store.start(session, NonZeroU32::MAX).await.expect("a start")
    }

    async fn started(&self, user: UserId, epoch: i64) -> Session {
        let session = new_session(user, epoch);
        assert_eq!(self.start(&session).await, Started::Live);
        session
    }

    async fn is_live(&self, session: &Session) -> bool {
        self.store.find(session.user, session.id).await.expect("an answer").is_some()
    }

    async fn deliver(&self, revocations: &[Revocation], after: Option<SyncToken>, next: SyncToken) -> bool {
        self.sink.deliver(revocations, after, next).await.expect("an answer")
    }

    async fn includes(&self, token: SyncToken) -> bool {
        self.sink.includes(token).await.expect("an answer")
    }

    /// A state that everything can be delivered onto.
    async fn begun(&self) -> SyncToken {
        let first = token();
        assert!(self.deliver(&[], None, first).await);
        first
    }
}

/// A delivery ends the sessions before each epoch, lets none be started, and leaves the others.
pub async fn a_delivery_ends_what_it_says(it: &Revoking) {
    let ended = [it.started(ALICE, 0).await, it.started(ALICE, 1).await, it.started(BOB, 0).await];
    let live = [it.started(ALICE, 2).await, it.started(BOB, 1).await, it.started(EVE, 0).await];
    assert!(it.deliver(&[revocation(ALICE, 2), revocation(BOB, 1)], None, token()).await);
    for session in &ended {
        assert!(!it.is_live(session).await, "{session:?}");
    }
    for session in &live {
        assert!(it.is_live(session).await, "{session:?}");
    }
    assert_eq!(it.start(&new_session(ALICE, 1)).await, Started::Superseded);
    assert_eq!(it.start(&new_session(BOB, 0)).await, Started::Superseded);
    it.started(ALICE, 2).await;
    it.started(EVE, 0).await;
}

/// A delivery again, and one of an earlier epoch, take nothing back.
pub async fn a_delivery_may_be_repeated(it: &Revoking) {
    let mut after = it.begun().await;
    for epoch in [5, 5, 3] {
        let next = token();
        assert!(it.deliver(&[revocation(ALICE, epoch)], Some(after), next).await);
        after = next;
        assert_eq!(it.start(&new_session(ALICE, 4)).await, Started::Superseded);
    }
}

/// A store that nothing was delivered to includes nothing.
pub async fn an_empty_store_includes_nothing(it: &Revoking) {
    for unknown in [SyncToken::default(), token()] {
        assert!(!it.includes(unknown).await);
        assert!(!it.deliver(&[], Some(unknown), token()).await);
    }
}

/// A state includes what it grew out of, also when nothing else was delivered.
pub async fn a_state_includes_what_it_grew_out_of(it: &Revoking) {
    let first = it.begun().await;
    let (second, third) = (token(), token());
    assert!(it.deliver(&[revocation(ALICE, 1)], Some(first), second).await);
    // Onto the same: another node had read that one.
    assert!(it.deliver(&[revocation(ALICE, 1)], Some(first), third).await);
    for included in [first, second, third] {
        assert!(it.includes(included).await);
    }
    assert!(!it.includes(token()).await);
}

/// A delivery onto a state that this one did not grow out of is refused: it ends the sessions, and gives no name.
pub async fn a_delivery_onto_another_state_is_refused(it: &Revoking) {
    let first = it.begun().await;
    let session = it.started(ALICE, 0).await;
    let refused = token();
    assert!(!it.deliver(&[revocation(ALICE, 1)], Some(token()), refused).await);
    assert!(!it.is_live(&session).await);
    assert!(!it.includes(refused).await && it.includes(first).await);
    assert!(!it.deliver(&[], Some(refused), token()).await);
}

/// As many deliveries are remembered as are promised, and one is not remembered for ever.
pub async fn the_last_deliveries_are_included(it: &Revoking) {
    let mut made = vec![it.begun().await];
    for _ in 0..40 {
        let next = token();
        assert!(it.deliver(&[], made.last().copied(), next).await);
        made.push(next);
    }
    for token in &made[made.len() - SyncToken::KEPT..] {
        assert!(it.includes(*token).await);
    }
    assert!(!it.includes(made[0]).await);
}

/// Deliveries at once, onto one state, are all included.
pub async fn deliveries_at_once_are_all_included(it: &Revoking) {
    let first = it.begun().await;
    let made: Vec<_> = (1..SyncToken::KEPT).map(|_| token()).collect();
    let accepted =
        at_once(made.clone().into_iter().zip(1..).map(|(next, user)| {
            let sink = Arc::clone(&it.sink);
            async move {
                sink.deliver(&[revocation(UserId(user), 1)], Some(first), next).await.expect("an answer")
            }
        }))
        .await;
    assert!(accepted.iter().all(|accepted| *accepted));
    for (token, user) in made.into_iter().zip(1..) {
        assert!(it.includes(token).await);
        assert_eq!(it.start(&new_session(UserId(user), 0)).await, Started::Superseded);
    }
}

/// Many are delivered as one.
pub async fn many_are_delivered_at_once(it: &Revoking) {
    let mut sessions = Vec::new();
    for user in 1..=200 {
        sessions.push(it.started(UserId(user), 0).await);
    }
    let all: Vec<_> = (1..=200).map(|user| revocation(UserId(user), 1)).collect();
    assert!(it.deliver(&all, None, token()).await);
    for session in &sessions {
        assert!(!it.is_live(session).await, "{session:?}");
    }
}

/// Tests a sink: `revoking_contract!(redis, setup())`, where the setup yields `(Revoking, guard)`.
#[macro_export]
macro_rules! revoking_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            revoking,
            [
                a_delivery_ends_what_it_says,
                a_delivery_may_be_repeated,
                an_empty_store_includes_nothing,
                a_state_includes_what_it_grew_out_of,
                a_delivery_onto_another_state_is_refused,
                the_last_deliveries_are_included,
                deliveries_at_once_are_all_included,
                many_are_delivered_at_once,
            ]
        );
    };
}
