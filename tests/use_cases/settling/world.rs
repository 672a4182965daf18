//! The stores and the nodes, one step at a time.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use usher::system::SystemIds;
use usher_application::SettleRevocationsService;
use usher_domain::{AuditContext, Epoch, Reason, Status, Timestamp, User, UserChange, UserId};
use usher_memory::{FixedClock, MemorySessions, MemoryUsers};
use usher_ports::inbound::SettleRevocations as _;
use usher_ports::outbound::{
    Pending, Revocation, RevocationOutbox, RevocationSink, StoreError, SyncToken, UserChanges as _,
    UserLookup as _, UserRepository,
};

use super::super::house::NOON;

/// What kind of stores these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A session store on one server.
    Single,
    /// One on two masters, each with the users whose number is even or odd.
    Cluster,
    /// One that goes back and leaves its tokens as they were.
    KeepsItsTokens,
    /// One that accepts what is delivered onto a state that it never had.
    AcceptsAnything,
    /// One server, and an outbox that confirms whatever the token is.
    ConfirmsAnything,
}

/// A server of the session store.
#[derive(Clone, Default)]
struct State {
    floors: HashMap<UserId, Epoch>,
    tokens: Vec<SyncToken>,
}

struct Server {
    now: State,
    /// What it was after each write.
    before: Vec<State>,
    may_lose: bool,
}

impl Server {
    fn new() -> Self {
        Self { now: State::default(), before: vec![State::default()], may_lose: true }
    }

    fn write<T>(&mut self, write: impl FnOnce(&mut State) -> T) -> T {
        let outcome = write(&mut self.now);
        self.before.push(self.now.clone());
        outcome
    }
}

fn end(state: &mut State, revocations: &[Revocation]) {
    for told in revocations {
        let floor = state.floors.entry(told.user).or_default();
        *floor = told.epoch.max(*floor);
    }
}

/// All that the nodes share.
pub(super) struct Stores {
    kind: Kind,
    users: Arc<MemoryUsers>,
    servers: Mutex<Vec<Server>>,
    /// Whether the next call fails, and if so whether after its effect.
    fault: Mutex<Option<bool>>,
    told_everything: Mutex<usize>,
}

impl Stores {
    fn servers(&self) -> MutexGuard<'_, Vec<Server>> {
        self.servers.lock().expect("no panic")
    }

    fn of(&self, user: UserId) -> usize {
        usize::try_from(user.0).expect("a number") % self.servers().len()
    }

    /// One step: others may do theirs before it.
    async fn step<T>(&self, call: impl FnOnce() -> T) -> Result<T, StoreError> {
        let mut waited = false;
        std::future::poll_fn(|_| {
            if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        match self.fault.lock().expect("no panic").take() {
            None => Ok(call()),
            Some(after) => {
                if after {
                    call();
                }
                Err(StoreError::new("this call failed"))
            }
        }
    }

    fn accepts(&self, state: &State, after: Option<SyncToken>) -> bool {
        self.kind == Kind::AcceptsAnything || after.is_none_or(|after| state.tokens.contains(&after))
    }

    fn advance(&self, state: &mut State, after: Option<SyncToken>, next: SyncToken) -> bool {
        let accepted = self.accepts(state, after);
        if accepted {
            state.tokens.insert(0, next);
            state.tokens.truncate(SyncToken::KEPT);
        }
        accepted
    }

    /// As the adapter for Redis does it on a cluster: a step for each user, and one for each master.
    async fn deliver_to_masters(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool, StoreError> {
        let tell = async || {
            for told in revocations {
                let master = self.of(told.user);
                self.step(|| self.servers()[master].write(|state| end(state, &[*told]))).await?;
            }
            Ok::<_, StoreError>(())
        };
        tell().await?;
        let mut accepted = true;
        for master in 0..2 {
            let advance = || self.servers()[master].write(|state| self.advance(state, after, next));
            accepted &= self.step(advance).await?;
        }
        tell().await?;
        Ok(accepted)
    }
}

#[async_trait]
impl RevocationSink for Stores {
    async fn includes(&self, token: SyncToken) -> Result<bool, StoreError> {
        self.step(|| self.servers().iter().all(|server| server.now.tokens.contains(&token))).await
    }

    async fn deliver(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool, StoreError> {
        *self.told_everything.lock().expect("no panic") += usize::from(after.is_none());
        if self.kind == Kind::Cluster {
            return self.deliver_to_masters(revocations, after, next).await;
        }
        self.step(|| {
            self.servers()[0].write(|state| {
                end(state, revocations);
                self.advance(state, after, next)
            })
        })
        .await
    }
}

/// The adapter's own answer: it never waits.
fn at_once<T>(answer: impl Future<Output = Result<T, StoreError>>) -> T {
    answer.now_or_never().expect("an answer at once").expect("an answer")
}

#[async_trait]
impl RevocationOutbox for Stores {
    async fn pending(&self, after: UserId, limit: u32) -> Result<Pending, StoreError> {
        self.step(|| at_once(self.users.pending(after, limit))).await
    }

    async fn kept(&self, after: UserId, limit: u32) -> Result<Vec<Revocation>, StoreError> {
        self.step(|| at_once(self.users.kept(after, limit))).await
    }

    async fn confirm(
        &self,
        seen: SyncToken,
        next: SyncToken,
        delivered: &[Revocation],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(|| {
            let now = at_once(self.users.pending(UserId(0), 1)).token;
            let seen = if self.kind == Kind::ConfirmsAnything { now } else { seen };
            at_once(self.users.confirm(seen, next, delivered, at))
        })
        .await
    }

    async fn forget_confirmed(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.users.forget_confirmed(before).await
    }

    async fn forget_all(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.users.forget_all(before).await
    }
}

type Round = Pin<Box<dyn Future<Output = ()>>>;

pub(super) struct World {
    stores: Arc<Stores>,
    users: Vec<User>,
    nodes: Vec<Option<Round>>,
}

fn poll(round: &mut Round) -> bool {
    round.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

impl World {
    pub(super) fn new(kind: Kind, nodes: usize) -> Self {
        let users = Arc::new(MemoryUsers::default());
        let repository: Arc<dyn UserRepository> = users.clone();
        let person = || usher_ports::contract::a_user(&repository).now_or_never().expect("somebody at once");
        let people = vec![person(), person()];
        let servers = (0..if kind == Kind::Cluster { 2 } else { 1 }).map(|_| Server::new()).collect();
        let stores = Stores {
            kind,
            users,
            servers: Mutex::new(servers),
            fault: Mutex::default(),
            told_everything: Mutex::default(),
        };
        Self { stores: Arc::new(stores), users: people, nodes: (0..nodes).map(|_| None).collect() }
    }

    fn round(&self) -> Round {
        let revoker = SettleRevocationsService {
            sessions: Arc::new(MemorySessions::default()),
            sink: Some(self.stores.clone()),
            outbox: self.stores.clone(),
            ids: Arc::new(SystemIds),
            clock: Arc::new(FixedClock::at(NOON)),
        };
        // What fails is tried again by another round.
        Box::pin(async move { drop(revoker.settle().await) })
    }

    pub(super) fn runs(&self, node: usize) -> bool {
        self.nodes[node].is_some()
    }

    /// Lets a node do its next step, the first of a new round if none is under way; tells whether it began one.
    pub(super) fn step(&mut self, node: usize) -> bool {
        let begins = self.nodes[node].is_none();
        let mut round = self.nodes[node].take().unwrap_or_else(|| self.round());
        if !poll(&mut round) {
            self.nodes[node] = Some(round);
        }
        begins
    }

    pub(super) fn crash(&mut self, node: usize) {
        self.nodes[node] = None;
    }

    /// A round with nothing between its steps.
    pub(super) fn settle_undisturbed(&self) {
        let mut round = self.round();
        while !poll(&mut round) {}
    }

    /// Lets the rounds that are under way end.
    pub(super) fn go_on(&mut self) {
        for round in self.nodes.iter_mut().filter_map(Option::take) {
            let mut round = round;
            while !poll(&mut round) {}
        }
    }

    /// Commits a change; where the status is the same, of the password.
    pub(super) fn change(&self, user: usize, status: Status) {
        let (users, id) = (&self.stores.users, self.users[user].id);
        let context = AuditContext { by: "ann".to_owned(), from: None, at: NOON, reason: Reason::default() };
        let before = at_once(users.find(id)).expect("a user");
        let change = if before.status == status {
            UserChange::Password(usher_domain::PasswordHash::new("$another$".to_owned()))
        } else {
            UserChange::Status { status, until: None }
        };
        at_once(users.change(id, &change, None, &context));
        let after = at_once(users.find(id)).expect("a user");
        assert!(after.epoch > before.epoch, "every change here ends sessions");
    }

    /// What can be lost: so many writes; on a cluster which master loses two, each once.
    pub(super) fn losses(&self, depths: &[usize]) -> std::vec::IntoIter<usize> {
        let servers = self.stores.servers();
        let losses = if self.stores.kind == Kind::Cluster {
            (0..2).filter(|master| servers[*master].may_lose).collect()
        } else {
            depths.to_vec()
        };
        losses.into_iter()
    }

    pub(super) fn lose(&self, what: usize) {
        let mut servers = self.stores.servers();
        let cluster = self.stores.kind == Kind::Cluster;
        let (server, writes) = if cluster { (what % 2, 2) } else { (0, what) };
        let server = &mut servers[server];
        let at = server.before.len().saturating_sub(1).saturating_sub(writes);
        let mut back = server.before[at].clone();
        if self.stores.kind == Kind::KeepsItsTokens {
            back.tokens.clone_from(&server.now.tokens);
        }
        server.before.truncate(at + 1);
        server.now = back;
        server.may_lose = false;
    }

    pub(super) fn is_failing(&self) -> bool {
        self.stores.fault.lock().expect("no panic").is_some()
    }

    pub(super) fn fail(&self, after: bool) {
        *self.stores.fault.lock().expect("no panic") = Some(after);
    }

    pub(super) fn mend(&self) {
        *self.stores.fault.lock().expect("no panic") = None;
    }

    /// How often all that is kept was begun to be told.
    pub(super) fn told_everything(&self) -> usize {
        *self.stores.told_everything.lock().expect("no panic")
    }

    pub(super) fn is_settled(&self) -> bool {
        at_once(self.stores.users.pending(UserId(0), 1)).revocations.is_empty() && self.all_is_held().is_ok()
    }

    /// Whether the store holds every revocation that is kept.
    pub(super) fn all_is_held(&self) -> Result<(), String> {
        let kept = at_once(self.stores.users.kept(UserId(0), 100));
        assert!(!kept.is_empty());
        for revocation in kept {
            let server = self.stores.of(revocation.user);
            let floor = self.stores.servers()[server].now.floors.get(&revocation.user).copied();
            if floor < Some(revocation.epoch) {
                return Err(format!("{revocation:?} is missing, the store has {floor:?}"));
            }
        }
        Ok(())
    }
}
