use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Budget, Spent, Timestamp};
use usher_ports::outbound::{LimitKey, RateLimiter, StoreError};

use crate::expiring::{ExpiringMap, Full, micros};
use crate::lock;

/// The limits of a single node.
///
/// It remembers so many keys and no more, because whoever can invent keys could otherwise fill the memory. When it is
/// full, a key it does not know is refused until one it knows is whole again. Forgetting one instead would give back
/// a spent budget to whoever brings enough others. And it is a refusal, not a failed store: the node works, what is
/// used up is what it grants to strangers, and "later" is the true answer. A failure would be one for the log with
/// every call of a flood, and would make a load balancer send the flood on to the next node.
#[derive(Debug)]
pub struct MemoryLimiter {
    whole_at: Mutex<ExpiringMap<Fingerprint>>,
    fingers: [RandomState; 2],
}

/// What a key is remembered by: a long name takes no more room than a short one. 128 bits under keys of this process,
/// so nobody can look for two names that share one.
type Fingerprint = [u64; 2];

impl MemoryLimiter {
    /// How many keys are remembered unless told otherwise. They take some 60 MB.
    pub const CAPACITY: usize = 1_000_000;

    /// Remembers at most `capacity` keys.
    pub fn new(capacity: usize) -> Self {
        Self { whole_at: Mutex::new(ExpiringMap::new(capacity)), fingers: Default::default() }
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
    async fn spend(&self, key: &LimitKey, budget: &Budget, now: Timestamp) -> Result<Spent, StoreError> {
        let key = self.fingerprint(key);
        let moment = micros(now);
        let mut known = lock(&self.whole_at);
        let spent = budget.spend(known.end(&key, moment), now);
        let Spent::Granted { whole_at } = spent else { return Ok(spent) };
        Ok(match known.keep(key, whole_at, moment) {
            Ok(()) => spent,
            Err(Full { until }) => Spent::Refused {
                retry_after: Duration::from_micros(until.saturating_sub(moment).unsigned_abs()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use usher_domain::{Limit, UsernameKey};

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    /// Spends from a budget of one call in ten seconds.
    async fn spend(limiter: &MemoryLimiter, name: &str, now: Timestamp) -> Spent {
        let Ok(Limit::On(budget)) = "1/10s".parse() else { unreachable!("a budget") };
        limiter.spend(&LimitKey::Username(UsernameKey::of(name)), &budget, now).await.unwrap()
    }

    fn refused(seconds: u64) -> Spent {
        Spent::Refused { retry_after: Duration::from_secs(seconds) }
    }

    #[tokio::test]
    async fn when_full_it_refuses_strangers_until_somebody_is_whole_again() {
        let limiter = MemoryLimiter::new(2);
        let later = NOON.plus(Duration::from_secs(4));
        assert!(matches!(spend(&limiter, "alice", NOON).await, Spent::Granted { .. }));
        assert!(matches!(spend(&limiter, "bob", later).await, Spent::Granted { .. }));
        assert_eq!(spend(&limiter, "carol", later).await, refused(6));
        let then = later.plus(Duration::from_secs(6));
        assert!(matches!(spend(&limiter, "carol", then).await, Spent::Granted { .. }));
    }

    #[tokio::test]
    async fn when_full_it_forgets_nothing_that_was_spent() {
        let limiter = MemoryLimiter::new(1);
        spend(&limiter, "alice", NOON).await;
        for n in 0..100 {
            spend(&limiter, &format!("stranger_{n}"), NOON).await;
        }
        assert_eq!(spend(&limiter, "alice", NOON).await, refused(10));
    }
}
