use std::sync::atomic::{AtomicU64, Ordering};

use moka::ops::compute::Op;
use moka::sync::Cache as Map;
use usher_domain::{Session, SessionId};

/// How many sessions are remembered. They take some 50 MB.
const CAPACITY: u64 = 100_000;

/// Sessions that are as the server has them.
pub(super) struct Cache {
    sessions: Map<SessionId, Entry>,
    lookups: AtomicU64,
}

#[derive(Clone)]
enum Entry {
    /// The server was asked and has not answered.
    Asked { lookup: u64 },
    /// What it answered on that connection.
    Known { generation: u64, session: Session },
}

pub(super) enum Lookup {
    Hit(Session),
    Miss(PendingLookup),
}

/// A lookup in flight. An invalidation cancels it.
pub(super) struct PendingLookup {
    id: SessionId,
    number: u64,
    generation: u64,
}

impl Default for Cache {
    fn default() -> Self {
        Self { sessions: Map::new(CAPACITY), lookups: AtomicU64::new(0) }
    }
}

impl Cache {
    /// What is known from this connection, or leave to ask.
    pub(super) fn ask(&self, id: SessionId, generation: u64) -> Lookup {
        if let Some(Entry::Known { generation: known, session }) = self.sessions.get(&id)
            && known == generation
        {
            return Lookup::Hit(session);
        }
        let number = self.lookups.fetch_add(1, Ordering::Relaxed);
        self.sessions.insert(id, Entry::Asked { lookup: number });
        Lookup::Miss(PendingLookup { id, number, generation })
    }

    /// Keeps an answer, unless the lookup was cancelled. A missing session is not kept: a client that invents
    /// sessions must not push real ones out.
    pub(super) fn answer(&self, lookup: &PendingLookup, session: Option<&Session>) {
        let PendingLookup { id, number, generation } = *lookup;
        self.sessions.entry(id).and_compute_with(|entry| {
            let asked = entry.map(moka::Entry::into_value);
            match (asked, session) {
                (Some(Entry::Asked { lookup }), Some(session)) if lookup == number => {
                    Op::Put(Entry::Known { generation, session: session.clone() })
                }
                (Some(Entry::Asked { lookup }), None) if lookup == number => Op::Remove,
                _ => Op::Nop,
            }
        });
    }

    pub(super) fn forget(&self, id: SessionId) {
        self.sessions.invalidate(&id);
    }

    pub(super) fn forget_all(&self) {
        self.sessions.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use usher_domain::{Epoch, Role, SessionSecret, Timestamp, UserId};

    use super::*;

    fn session() -> Session {
        let now = Timestamp::from_millis(0);
        let id = SessionSecret::new([7; 32]).id();
        Session {
            id,
            user: UserId(1),
            role: Role::User,
            epoch: Epoch(0),
            started_at: now,
            seen_at: now,
            expires_at: now,
            origin: None,
        }
    }

    fn ask(cache: &Cache, generation: u64) -> Option<PendingLookup> {
        match cache.ask(session().id, generation) {
            Lookup::Hit(_) => None,
            Lookup::Miss(lookup) => Some(lookup),
        }
    }

    #[test]
    fn an_answer_is_known_until_it_changes() {
        let cache = Cache::default();
        cache.answer(&ask(&cache, 1).unwrap(), Some(&session()));
        assert!(ask(&cache, 1).is_none());
        cache.forget(session().id);
        assert!(ask(&cache, 1).is_some());
    }

    #[test]
    fn an_answer_that_changed_before_it_was_kept_is_not_kept() {
        let cache = Cache::default();
        let lookup = ask(&cache, 1).unwrap();
        cache.forget(session().id);
        cache.answer(&lookup, Some(&session()));
        assert!(ask(&cache, 1).is_some());
        let lookup = ask(&cache, 1).unwrap();
        cache.forget_all();
        cache.answer(&lookup, Some(&session()));
        assert!(ask(&cache, 1).is_some());
    }

    #[test]
    fn what_one_connection_said_is_not_known_on_the_next() {
        let cache = Cache::default();
        cache.answer(&ask(&cache, 1).unwrap(), Some(&session()));
        assert!(ask(&cache, 2).is_some());
    }

    #[test]
    fn of_two_questions_the_later_one_is_answered() {
        let cache = Cache::default();
        let (first, second) = (ask(&cache, 1).unwrap(), ask(&cache, 1).unwrap());
        cache.answer(&first, Some(&session()));
        assert!(ask(&cache, 1).is_some());
        cache.answer(&second, Some(&session()));
        assert!(ask(&cache, 1).is_some(), "a third lookup took the second one's place");
    }
}
