use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Quota, QuotaDecision, Timestamp};
use usher_ports::outbound::{Acquired, LimitKey, RateLimiter, StoreError};

use crate::expiring::{ExpiringMap, Full, micros};
use crate::lock;

/// The limits of a single node.
///
/// It remembers so many keys and no more, because a client that invents keys could otherwise fill the memory. When it is
/// full, a key it does not know is refused until one it knows is whole again. Forgetting one instead would give back a
/// used-up quota to a client that brings enough others. And it is a refusal, not a failed store: the node works, what
/// is used up is what it grants to strangers, and "later" is the true answer. A failure would be one for the log with
/// every call of a flood, and would make a load balancer send the flood on to the next node.
///
/// Networks, devices, names and those who are known have rooms of their own, so that a flood of the one kind refuses no
/// other.
#[derive(Debug)]
pub struct MemoryLimiter {
    rooms: Mutex<[ExpiringMap<Fingerprint>; ROOMS]>,
    fingers: [RandomState; 2],
}

/// What a key is remembered by: a long name takes no more room than a short one. 128 bits under keys of this process,
/// so an attacker cannot search for two names that share one.
type Fingerprint = [u64; 2];

const ROOMS: usize = 4;

/// Where a key is kept.
const fn room(key: &LimitKey) -> usize {
    match key {
        LimitKey::Network(..) => 0,
        LimitKey::Device(_) => 1,
        LimitKey::Username(_)
        | LimitKey::UsernameFrom(..)
        | LimitKey::Administrator(_)
        | LimitKey::AdministratorFrom(..) => 2,
        // There are no more of them than there are accounts, sessions and linked devices.
        LimitKey::Resume(_)
        | LimitKey::UsernameKnown(..)
        | LimitKey::UsernameDevice(..)
        | LimitKey::AdministratorBrowser(..)
        | LimitKey::AdministratorSession(_)
        | LimitKey::Search(_)
        | LimitKey::Installation
        | LimitKey::Audit => 3,
    }
}

impl MemoryLimiter {
    /// How many keys of each kind are remembered unless told otherwise. A kind takes some 15 MB when it is full.
    pub const CAPACITY: usize = 450_000;

    /// Remembers at most `capacity` keys of each kind.
    pub fn new(capacity: usize) -> Self {
        let rooms = std::array::from_fn(|_| ExpiringMap::new(capacity));
        Self { rooms: Mutex::new(rooms), fingers: Default::default() }
    }

    fn fingerprint(&self, key: &LimitKey) -> Fingerprint {
        self.fingers.each_ref().map(|finger| finger.hash_one(key))
    }
}

impl Default for MemoryLimiter {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

#[async_trait]
impl RateLimiter for MemoryLimiter {
    async fn acquire(&self, quotas: &[(LimitKey, Quota)], now: Timestamp) -> Result<Acquired, StoreError> {
        let keys: Vec<_> = quotas.iter().map(|(key, _)| (room(key), self.fingerprint(key))).collect();
        let timestamp = micros(now);
        let mut ends = Vec::with_capacity(quotas.len());
        let mut wait = Duration::ZERO;
        let mut rooms = lock(&self.rooms);
        for ((_, quota), (room, key)) in quotas.iter().zip(&keys) {
            let known = rooms[*room].end(key, timestamp);
            match quota.acquire(known, now) {
                QuotaDecision::Granted { whole_at } => ends.push(whole_at),
                QuotaDecision::Refused { retry_after } => wait = wait.max(retry_after),
            }
            if known.is_none()
                && let Err(Full { until }) = rooms[*room].make_room(quotas.len(), timestamp)
            {
                wait = wait.max(Duration::from_micros(until.saturating_sub(timestamp).unsigned_abs()));
            }
        }
        if !wait.is_zero() {
            return Ok(Acquired::Refused { retry_after: wait });
        }
        for ((room, key), end) in keys.into_iter().zip(ends) {
            rooms[room].keep(key, end);
        }
        Ok(Acquired::Granted)
    }
}

#[cfg(test)]
mod tests {
    use usher_domain::{ClientAddress, Limit, UsernameKey};
    use usher_ports::outbound::NetworkUse;

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    /// Takes from a quota of one call in ten seconds.
    async fn acquire(limiter: &MemoryLimiter, key: LimitKey, now: Timestamp) -> Acquired {
        let Ok(Limit::On(quota)) = "1/10s".parse() else { unreachable!("a quota") };
        limiter.acquire(&[(key, quota)], now).await.unwrap()
    }

    async fn acquire_one(limiter: &MemoryLimiter, name: &str, now: Timestamp) -> Acquired {
        acquire(limiter, LimitKey::Username(UsernameKey::of(name)), now).await
    }

    fn refused(seconds: u64) -> Acquired {
        Acquired::Refused { retry_after: Duration::from_secs(seconds) }
    }

    #[tokio::test]
    async fn when_full_it_refuses_strangers_until_a_quota_is_whole_again() {
        let limiter = MemoryLimiter::new(2);
        let later = NOON.plus(Duration::from_secs(4));
        assert_eq!(acquire_one(&limiter, "alice", NOON).await, Acquired::Granted);
        assert_eq!(acquire_one(&limiter, "bob", later).await, Acquired::Granted);
        assert_eq!(acquire_one(&limiter, "carol", later).await, refused(6));
        let then = later.plus(Duration::from_secs(6));
        assert_eq!(acquire_one(&limiter, "carol", then).await, Acquired::Granted);
    }

    #[tokio::test]
    async fn when_full_it_forgets_nothing_that_was_used() {
        let limiter = MemoryLimiter::new(1);
        acquire_one(&limiter, "alice", NOON).await;
        for n in 0..100 {
            acquire_one(&limiter, &format!("stranger_{n}"), NOON).await;
        }
        assert_eq!(acquire_one(&limiter, "alice", NOON).await, refused(10));
    }

    #[tokio::test]
    async fn a_flood_of_names_refuses_no_network_and_no_known_user() {
        let limiter = MemoryLimiter::new(1);
        let network = ClientAddress::new([192, 0, 2, 1].into()).network();
        acquire_one(&limiter, "stranger", NOON).await;
        assert_eq!(acquire_one(&limiter, "another", NOON).await, refused(10));
        for key in [
            LimitKey::Network(NetworkUse::Resume, network),
            LimitKey::UsernameKnown(UsernameKey::of("alice"), network),
        ] {
            assert_eq!(acquire(&limiter, key, NOON).await, Acquired::Granted);
        }
    }

    #[tokio::test]
    async fn when_full_a_call_that_needs_another_key_changes_nothing() {
        let limiter = MemoryLimiter::new(2);
        let key = |name| LimitKey::Username(UsernameKey::of(name));
        let Ok(Limit::On(quota)) = "2/10s".parse() else { unreachable!("a quota") };
        acquire_one(&limiter, "alice", NOON).await;
        let both = [(key("bob"), quota), (key("carol"), quota)];
        assert_eq!(limiter.acquire(&both, NOON).await.unwrap(), refused(10));
        for _ in 0..2 {
            assert_eq!(limiter.acquire(&both[..1], NOON).await.unwrap(), Acquired::Granted);
        }
    }
}
