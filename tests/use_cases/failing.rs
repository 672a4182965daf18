//! Something a use case needs does not work.

mod broken;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use usher_crypto::SaltedSignatures;
use usher_domain::{
    ClientAddress, Epoch, Network, ReplayKey, Role, Session, SessionId, SignedClaim, SignedRoute, Status,
    Timestamp, UserFilter, UserId, UserOrder,
};
use usher_memory::{FixedClock, MemorySessions};
use usher_ports::inbound::{Refusal, SettleRevocations as _, SignedRequest};
use usher_ports::outbound::{
    ReplayGuard, Revocation, RevocationOutbox as _, RevocationSink, SessionStore, Started, StoreError,
    SyncToken, Use, UserRepository,
};

use super::House;
use super::house::{NOON, somewhere};
use crate::support::SALT;
use broken::Broken;

type Result<T> = std::result::Result<T, StoreError>;

/// Starts and finds sessions, and until it is mended can neither end nor extend one.
#[derive(Default)]
struct Unending {
    sessions: MemorySessions,
    mended: AtomicBool,
}

impl Unending {
    fn working(&self) -> Result<&MemorySessions> {
        let mended = self.mended.load(Ordering::SeqCst);
        mended.then_some(&self.sessions).ok_or_else(|| StoreError::new("broken"))
    }
}

#[async_trait]
impl SessionStore for Unending {
    async fn start(&self, session: &Session, keep: NonZeroU32) -> Result<Started> {
        self.sessions.start(session, keep).await
    }

    async fn find(&self, user: UserId, id: SessionId) -> Result<Option<Session>> {
        self.sessions.find(user, id).await
    }

    async fn list(&self, user: UserId) -> Result<Vec<Session>> {
        self.sessions.list(user).await
    }

    async fn extend(
        &self,
        user: UserId,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.working()?.extend(user, id, seen_at, expires_at).await
    }

    async fn end(&self, user: UserId, id: SessionId) -> Result<()> {
        self.working()?.end(user, id).await
    }

    async fn end_role(&self, user: UserId, role: Role) -> Result<()> {
        self.working()?.end_role(user, role).await
    }

    async fn end_before(&self, user: UserId, epoch: Epoch) -> Result<()> {
        self.working()?.end_before(user, epoch).await
    }

    async fn purge(&self, before: Timestamp) -> Result<u64> {
        self.working()?.purge(before).await
    }
}

#[async_trait]
impl RevocationSink for Unending {
    async fn includes(&self, token: SyncToken) -> Result<bool> {
        self.working()?.includes(token).await
    }

    async fn deliver(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool> {
        self.working()?.deliver(revocations, after, next).await
    }
}

async fn nobody_is_there(users: &Arc<dyn UserRepository>) -> bool {
    users.list(&UserFilter::default(), &UserOrder::Newest.start(), 1).await.expect("a list").is_empty()
}

#[tokio::test]
async fn without_the_limiter_no_login_succeeds_and_nothing_is_written() {
    let house = House::with(|adapters| adapters.limiter = Arc::new(Broken));
    for refused in [
        house.visit(1).await,
        house.upgrade(1, "alice_01").await,
        house.register("alice_01").await,
        house.log_in("alice_01").await,
        house.log_in_from(1, "alice_01").await,
    ] {
        assert!(matches!(refused, Err(Refusal::Store(_))), "{refused:?}");
    }
    assert!(nobody_is_there(&house.adapters.users).await);
}

#[tokio::test]
async fn where_signatures_cannot_be_remembered_none_is_believed() {
    let house = House::with(|adapters| adapters.replays = Arc::new(Broken));
    let request = SignedRequest {
        claim: SignedClaim {
            device: "8d1a344c-bf16-5425-adbc-d12f49cfa332".to_owned(),
            at: Timestamp::from_millis(1_752_835_449_008),
        },
        signature: "a5b40139b65b13cf214d05c27dece58ebe840d888b12272f0ccd15ea72e68998".to_owned(),
        route: SignedRoute::Register,
        from: somewhere(),
    };
    let refused = house.cases.authenticate_device.authenticate(request).await;
    assert!(matches!(refused, Err(Refusal::Store(_))), "{refused:?}");
}

/// Remembers how many signatures it was told.
#[derive(Default)]
struct Counting(AtomicUsize);

#[async_trait]
impl ReplayGuard for Counting {
    async fn note(&self, _: &ReplayKey, _: Network, _: Timestamp, _: Timestamp) -> Result<Use> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Use::First)
    }
}

/// Whoever knows the clients' salt can sign as often as they like; what is remembered of it is what their network may do.
#[tokio::test]
async fn a_flood_of_signatures_takes_no_more_room_than_its_networks_quota() {
    let guard = Arc::new(Counting::default());
    let house = House::with(|adapters| adapters.replays = guard.clone());
    let signatures = SaltedSignatures::new([SALT.to_owned()]);
    let call = async |number: u32, from: ClientAddress, route| {
        let claim = SignedClaim { device: format!("{number:08x}-bf16-5425-adbc-d12f49cfa332"), at: NOON };
        let signature = signatures.sign(&claim).expect("a salt").to_string();
        house.cases.authenticate_device.authenticate(SignedRequest { claim, signature, route, from }).await
    };
    let noted = || guard.0.swap(0, Ordering::SeqCst);
    for (route, quota) in
        [(SignedRoute::Register, 6_000), (SignedRoute::Upgrade, 600), (SignedRoute::LogIn, 0)]
    {
        for number in 0..7_000 {
            let answer = call(number, somewhere(), route).await;
            let refused = matches!(answer, Err(Refusal::RateLimited { .. }));
            assert!(answer.is_ok() || refused, "{answer:?}");
        }
        assert_eq!(noted(), quota, "{route:?}");
    }
    // One /48 can have many of its /64s call, and has a quota, too.
    for number in 0..12_500 {
        let from = ClientAddress::new(format!("2001:db8:1:{:x}::1", number / 2).parse().expect("an address"));
        drop(call(number, from, SignedRoute::Upgrade).await);
    }
    assert_eq!(noted(), 12_000);
    let elsewhere = ClientAddress::new([198, 51, 100, 1].into());
    assert!(call(1, elsewhere, SignedRoute::Register).await.is_ok());
}

#[tokio::test]
async fn where_no_password_can_be_worked_on_visitors_still_come_and_stay_visitors() {
    let house = House::with(|adapters| adapters.hasher = Arc::new(Broken));
    let visitor = house.visit(1).await.unwrap().account.id;
    let before = house.user(visitor).await;
    for refused in [house.upgrade(1, "alice_01").await, house.register("alice_01").await] {
        assert!(matches!(refused, Err(Refusal::Busy)), "{refused:?}");
    }
    assert!(matches!(house.log_in("alice_01").await, Err(Refusal::Busy)));
    assert_eq!(house.user(visitor).await, before);
    assert_eq!(house.called("alice_01").await, None);
}

/// As with sessions in a store of their own: there the session alone decides.
#[tokio::test]
async fn sessions_that_could_not_be_ended_are_ended_as_soon_as_they_can_be() {
    let (store, clock) = (Arc::new(Unending::default()), Arc::new(FixedClock::at(NOON)));
    let house = House::with(|adapters| {
        adapters.sessions = store.clone();
        adapters.revocation_sink = Some(store.clone());
        adapters.clock = clock.clone();
    });
    let alice = house.register("alice_01").await.unwrap();
    let look = async || house.cases.authenticate_session.authenticate(alice.token.expose()).await;
    house.set_status(alice.account.id, Status::Disabled).await.unwrap();
    assert!(look().await.is_ok());
    assert!(house.revoker.settle().await.is_err());
    // However long it takes, and although old revocations are forgotten meanwhile.
    clock.advance(Duration::from_hours(200));
    assert_eq!(house.revoker.forget().await.unwrap(), 0);
    store.mended.store(true, Ordering::SeqCst);
    while house.revoker.settle().await.unwrap() > 0 {}
    let out = look().await;
    assert!(matches!(out, Err(Refusal::UserDisabled)), "{out:?}");
    // For a store that comes back from a snapshot it is kept for a day from when the store was told.
    clock.advance(Duration::from_hours(24));
    assert_eq!(house.revoker.forget().await.unwrap(), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(house.revoker.forget().await.unwrap(), 1);
    house.set_status(alice.account.id, Status::Enabled).await.unwrap();
    assert!(look().await.is_err());
    assert!(house.log_in("alice_01").await.is_ok());
}

#[tokio::test]
async fn sessions_that_come_back_from_a_snapshot_are_ended_again() {
    let store = Arc::new(MemorySessions::default());
    let house = House::with(|adapters| {
        adapters.sessions = store.clone();
        adapters.revocation_sink = Some(store.clone());
    });
    let alice = house.register("alice_01").await.unwrap();
    let session = house.adapters.sessions.list(alice.account.id).await.unwrap().remove(0);
    house.revoker.settle().await.unwrap();
    let before = house.users.pending(UserId(0), 1).await.unwrap().token;
    house.set_status(alice.account.id, Status::Disabled).await.unwrap();
    while house.revoker.settle().await.unwrap() > 0 {}
    // As the store was before alice was disabled, or without knowledge of what state that was.
    for token in [Some(before), None] {
        let snapshot = Arc::new(MemorySessions::default());
        snapshot.start(&session, NonZeroU32::MIN).await.unwrap();
        if let Some(token) = token {
            assert!(snapshot.deliver(&[], None, token).await.unwrap());
        }
        let house = House::with(|adapters| {
            adapters.users = house.users.clone();
            adapters.outbox = house.users.clone();
            adapters.sessions = snapshot.clone();
            adapters.revocation_sink = Some(snapshot);
        });
        let look = async || house.cases.authenticate_session.authenticate(alice.token.expose()).await;
        assert!(look().await.is_ok());
        house.revoker.settle().await.unwrap();
        assert!(look().await.is_err(), "{token:?}");
        assert_eq!(house.revoker.settle().await.unwrap(), 0);
    }
}

/// Sessions beside the users need not be told: there is nothing to be settled, and nothing is kept for long.
#[tokio::test]
async fn without_a_store_to_be_told_nothing_is_settled_and_old_revocations_go() {
    let clock = Arc::new(FixedClock::at(NOON));
    let house = House::with(|adapters| adapters.clock = clock.clone());
    let alice = house.register("alice_01").await.unwrap();
    house.set_status(alice.account.id, Status::Disabled).await.unwrap();
    assert_eq!(house.revoker.settle().await.unwrap(), 0);
    assert_eq!(house.users.kept(UserId(0), 9).await.unwrap().len(), 1);
    assert_eq!(house.revoker.forget().await.unwrap(), 0);
    clock.advance(Duration::from_hours(25));
    assert_eq!(house.revoker.forget().await.unwrap(), 1);
}

#[tokio::test]
async fn a_session_that_cannot_be_extended_is_good_as_long_as_it_was() {
    let house = House::with(|adapters| adapters.sessions = Arc::new(Unending::default()));
    let alice = house.register("alice_01").await.unwrap();
    let session = house.adapters.sessions.list(alice.account.id).await.unwrap().remove(0);
    let later = session.expires_at.minus(Duration::from_secs(1));
    let house = House::with(|adapters| {
        adapters.users = Arc::clone(&house.adapters.users);
        adapters.sessions = Arc::clone(&house.adapters.sessions);
        adapters.clock = Arc::new(FixedClock::at(later));
    });
    assert!(house.cases.authenticate_session.authenticate(alice.token.expose()).await.is_ok());
}
