use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{Epoch, Role, Session, SessionId, Timestamp, UserId};
use usher_ports::outbound::{Revocation, RevocationSink, SessionStore, Started, StoreError, SyncToken};

use crate::lock;

/// Sessions in the process.
#[derive(Debug, Default)]
pub struct MemorySessions(Mutex<Sessions>);

#[derive(Debug, Default)]
struct Sessions {
    live: HashMap<SessionId, Live>,
    started: u64,
    /// The oldest epoch of which sessions may be started, for users whose sessions were ended by epoch.
    floors: HashMap<UserId, Epoch>,
    /// The states that this one grew out of, the latest first.
    tokens: VecDeque<SyncToken>,
}

#[derive(Debug)]
struct Live {
    session: Session,
    /// Tells apart what started at the same before.
    order: u64,
}

impl Live {
    fn age(&self) -> (Timestamp, u64) {
        (self.session.started_at, self.order)
    }
}

impl Sessions {
    fn start(&mut self, session: &Session, keep: NonZeroU32) -> Started {
        if self.floors.get(&session.user).is_some_and(|floor| session.epoch < *floor) {
            return Started::Superseded;
        }
        for id in self.beyond(session, keep) {
            self.live.remove(&id);
        }
        self.started += 1;
        self.live.insert(session.id, Live { session: session.clone(), order: self.started });
        Started::Live
    }

    /// What has to make room for `session`: of its user and role all but the `keep - 1` newest.
    fn beyond(&self, session: &Session, keep: NonZeroU32) -> Vec<SessionId> {
        let same_role = self.of(session.user).into_iter().filter(|live| live.session.role == session.role);
        same_role.skip(keep.get() as usize - 1).map(|live| live.session.id).collect()
    }

    /// A user's sessions, newest first.
    fn of(&self, user: UserId) -> Vec<&Live> {
        let mut own: Vec<_> = self.live.values().filter(|live| live.session.user == user).collect();
        own.sort_unstable_by_key(|live| std::cmp::Reverse(live.age()));
        own
    }

    fn end_where(&mut self, ends: impl Fn(&Session) -> bool) -> u64 {
        let before = self.live.len();
        self.live.retain(|_, live| !ends(&live.session));
        (before - self.live.len()) as u64
    }

    fn end_before(&mut self, user: UserId, epoch: Epoch) {
        let floor = self.floors.entry(user).or_default();
        *floor = epoch.max(*floor);
        self.end_where(|session| session.user == user && session.epoch < epoch);
    }
}

#[async_trait]
impl SessionStore for MemorySessions {
    async fn start(&self, session: &Session, keep: NonZeroU32) -> Result<Started, StoreError> {
        Ok(lock(&self.0).start(session, keep))
    }

    async fn find(&self, user: UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let sessions = lock(&self.0);
        let found = sessions.live.get(&id).filter(|live| live.session.user == user);
        Ok(found.map(|live| live.session.clone()))
    }

    async fn list(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        Ok(lock(&self.0).of(user).into_iter().map(|live| live.session.clone()).collect())
    }

    async fn extend(
        &self,
        user: UserId,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut sessions = lock(&self.0);
        if let Some(live) = sessions.live.get_mut(&id).filter(|live| live.session.user == user) {
            live.session.seen_at = seen_at;
            live.session.expires_at = expires_at;
        }
        Ok(())
    }

    async fn end(&self, user: UserId, id: SessionId) -> Result<(), StoreError> {
        lock(&self.0).end_where(|session| session.user == user && session.id == id);
        Ok(())
    }

    async fn end_role(&self, user: UserId, role: Role) -> Result<(), StoreError> {
        lock(&self.0).end_where(|session| session.user == user && session.role == role);
        Ok(())
    }

    async fn end_before(&self, user: UserId, epoch: Epoch) -> Result<(), StoreError> {
        lock(&self.0).end_before(user, epoch);
        Ok(())
    }

    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(lock(&self.0).end_where(|session| session.expires_at < before))
    }
}

#[async_trait]
impl RevocationSink for MemorySessions {
    async fn includes(&self, token: SyncToken) -> Result<bool, StoreError> {
        Ok(lock(&self.0).tokens.contains(&token))
    }

    async fn deliver(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool, StoreError> {
        let mut sessions = lock(&self.0);
        for revocation in revocations {
            sessions.end_before(revocation.user, revocation.epoch);
        }
        let accepted = after.is_none_or(|after| sessions.tokens.contains(&after));
        if accepted {
            sessions.tokens.push_front(next);
            sessions.tokens.truncate(SyncToken::KEPT);
        }
        Ok(accepted)
    }
}
