//! A model of the session store and of the outbox, whose calls are single steps and can fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use usher_domain::{Epoch, Timestamp, UserId};
use usher_memory::MemoryUsers;
use usher_ports::outbound::{Pending, Revocation, RevocationOutbox, RevocationSink, StoreError, SyncToken};

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
    pub(super) users: Arc<MemoryUsers>,
    servers: Mutex<Vec<Server>>,
    /// Whether the next call fails, and if so whether after its effect.
    fault: Mutex<Option<bool>>,
    told_everything: Mutex<usize>,
}

impl Stores {
    pub(super) fn new(kind: Kind, users: Arc<MemoryUsers>) -> Self {
        let servers = (0..if kind == Kind::Cluster { 2 } else { 1 }).map(|_| Server::new()).collect();
        Self {
            kind,
            users,
            servers: Mutex::new(servers),
            fault: Mutex::default(),
            told_everything: Mutex::default(),
        }
    }

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

    /// What can be lost: so many writes; on a cluster which master loses two, each once.
    pub(super) fn losses(&self, depths: &[usize]) -> std::vec::IntoIter<usize> {
        let servers = self.servers();
        let losses = if self.kind == Kind::Cluster {
            (0..2).filter(|master| servers[*master].may_lose).collect()
        } else {
            depths.to_vec()
        };
        losses.into_iter()
    }

    pub(super) fn lose(&self, what: usize) {
        let mut servers = self.servers();
        let cluster = self.kind == Kind::Cluster;
        let (server, writes) = if cluster { (what % 2, 2) } else { (0, what) };
        let server = &mut servers[server];
        let at = server.before.len().saturating_sub(1).saturating_sub(writes);
        let mut back = server.before[at].clone();
        if self.kind == Kind::KeepsItsTokens {
            back.tokens.clone_from(&server.now.tokens);
        }
        server.before.truncate(at + 1);
        server.now = back;
        server.may_lose = false;
    }

    pub(super) fn is_failing(&self) -> bool {
        self.fault.lock().expect("no panic").is_some()
    }

    pub(super) fn fail(&self, after: bool) {
        *self.fault.lock().expect("no panic") = Some(after);
    }

    pub(super) fn mend(&self) {
        *self.fault.lock().expect("no panic") = None;
    }

    /// How often all that is kept was begun to be told.
    pub(super) fn told_everything(&self) -> usize {
        *self.told_everything.lock().expect("no panic")
    }

    pub(super) fn is_settled(&self) -> bool {
        at_once(self.users.pending(UserId(0), 1)).revocations.is_empty() && self.all_is_held().is_ok()
    }

    /// Whether the store holds every revocation that is kept.
    pub(super) fn all_is_held(&self) -> Result<(), String> {
        let kept = at_once(self.users.kept(UserId(0), 100));
        assert!(!kept.is_empty());
        for revocation in kept {
            let server = self.of(revocation.user);
            let floor = self.servers()[server].now.floors.get(&revocation.user).copied();
            if floor < Some(revocation.epoch) {
                return Err(format!("{revocation:?} is missing, the store has {floor:?}"));
            }
        }
        Ok(())
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
pub(super) fn at_once<T>(answer: impl Future<Output = Result<T, StoreError>>) -> T {
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
