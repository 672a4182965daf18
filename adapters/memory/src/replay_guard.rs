use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Network, ReplayKey, Timestamp};
use usher_ports::outbound::{ReplayGuard, StoreError, Use};

use crate::expiring::{ExpiringMap, Full, micros};
use crate::lock;

/// The replay guard of a single node.
///
/// It remembers so many signatures and no more, because a client that knows the salt can make any number of them.
/// To forget one that is still valid would let it be played again, so what does not fit is refused.
///
/// Three quarters of the room are for all, and of the last one no network gets more than a thousandth part: what one
/// network does, or hundreds of them, leaves room for the next.
#[derive(Debug)]
pub struct MemoryReplayGuard {
    content: Mutex<Content>,
    fingers: [RandomState; 2],
}

#[derive(Debug)]
struct Content {
    /// Each with the network that it came from, as a number.
    seen: ExpiringMap<[u64; 2], u64>,
    /// How many a network holds, as counted at that moment and noted since.
    held: HashMap<u64, usize>,
    counted_at: i64,
    capacity: usize,
}

/// How often it is counted anew where a network is refused, in microseconds.
const COUNT_EVERY: i64 = 1_000_000;

/// Into how many parts the last quarter is divided.
const PARTS: usize = 1_000;

impl MemoryReplayGuard {
    /// How many signatures are remembered unless told otherwise. They take some 70 MB.
    pub const CAPACITY: usize = 1_800_000;

    /// Remembers at most `capacity` signatures.
    pub fn new(capacity: usize) -> Self {
        let seen = ExpiringMap::new(capacity);
        let content = Content { seen, held: HashMap::new(), counted_at: i64::MIN, capacity };
        Self { content: Mutex::new(content), fingers: Default::default() }
    }
}

impl Default for MemoryReplayGuard {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

impl Content {
    fn make_room(&mut self, from: u64, now: i64) -> Result<(), Full> {
        let before = self.seen.len();
        self.seen.make_room(1, now)?;
        let swept = self.seen.len() != before;
        let counted_until = self.counted_at.saturating_add(COUNT_EVERY);
        if swept || (!self.has_part(from) && now >= counted_until) {
            self.seen.sweep(now);
            self.counted_at = now;
            self.held.clear();
            for network in self.seen.beside() {
                *self.held.entry(*network).or_default() += 1;
            }
        }
        let until = self.counted_at.saturating_add(COUNT_EVERY);
        self.has_part(from).then_some(()).ok_or(Full { until })
    }

    fn has_part(&self, from: u64) -> bool {
        let last_quarter = self.capacity / 4;
        self.seen.len() < self.capacity - last_quarter
            || self.held.get(&from).is_none_or(|held| *held < (last_quarter / PARTS).max(1))
    }
}

#[async_trait]
impl ReplayGuard for MemoryReplayGuard {
    async fn note(
        &self,
        key: &ReplayKey,
        from: Network,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Use, StoreError> {
        let key = self.fingers.each_ref().map(|finger| finger.hash_one(key));
        let now = micros(now);
        let network = self.fingers[0].hash_one(from);
        let mut content = lock(&self.content);
        if content.seen.end(&key, now).is_some() {
            return Ok(Use::Repeated);
        }
        if let Err(Full { until }) = content.make_room(network, now) {
            let wait = Duration::from_micros(until.saturating_sub(now).unsigned_abs());
            return Ok(Use::NoRoom { retry_after: wait });
        }
        // At `until` itself the signature is still valid.
        content.seen.keep_with(key, micros(until).saturating_add(1), network);
        *content.held.entry(network).or_default() += 1;
        Ok(Use::First)
    }
}

#[cfg(test)]
mod tests {
    use usher_domain::{ClientAddress, ClientSignature};

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    fn network(number: u8) -> Network {
        ClientAddress::new([198, 51, number, 1].into()).widest_network()
    }

    async fn note(guard: &MemoryReplayGuard, signature: u32, from: u8, now: Timestamp) -> Use {
        let until = now.plus(Duration::from_mins(5));
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&signature.to_be_bytes());
        let key = ClientSignature::from_bytes(bytes).replay_key();
        guard.note(&key, network(from), until, now).await.unwrap()
    }

    fn is_no_room(answer: Use) -> bool {
        matches!(answer, Use::NoRoom { retry_after } if !retry_after.is_zero())
    }

    #[tokio::test]
    async fn when_full_it_refuses_and_forgets_nothing() {
        let guard = MemoryReplayGuard::new(2);
        assert_eq!(note(&guard, 1, 1, NOON).await, Use::First);
        assert_eq!(note(&guard, 2, 1, NOON).await, Use::First);
        assert!(is_no_room(note(&guard, 3, 2, NOON).await));
        assert_eq!(note(&guard, 1, 2, NOON).await, Use::Repeated);
    }

    #[tokio::test]
    async fn has_room_again_when_signatures_are_no_longer_valid() {
        let guard = MemoryReplayGuard::new(1);
        assert_eq!(note(&guard, 1, 1, NOON).await, Use::First);
        let later = NOON.plus(Duration::from_millis(300_001));
        assert_eq!(note(&guard, 2, 1, later).await, Use::First);
    }

    #[tokio::test]
    async fn no_network_can_fill_it_nor_can_many() {
        let guard = MemoryReplayGuard::new(8_000);
        let mut signature = 0;
        for from in 0..200 {
            let mut noted = 0;
            for _ in 0..if from == 0 { 8_000 } else { 100 } {
                signature += 1;
                match note(&guard, signature, from, NOON).await {
                    Use::First => noted += 1,
                    answer => assert!(is_no_room(answer), "{answer:?}"),
                }
            }
            assert_eq!(noted, if from == 0 { 6_000 } else { 2 }, "network {from}");
        }
        assert_eq!(note(&guard, 1, 99, NOON).await, Use::Repeated);
        let later = NOON.plus(Duration::from_millis(300_001));
        assert_eq!(note(&guard, 0, 0, later).await, Use::First);
    }
}
