use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{ClientSignature, SignedRoute, Timestamp};
use usher_ports::outbound::{ReplayGuard, StoreError, Use};

use crate::expiring::{ExpiringMap, micros};
use crate::lock;

/// The replay guard of a single node.
///
/// It remembers so many signatures and no more, because whoever knows the clients' salt can make any number of them.
/// When it is full, it fails: to forget one that is still valid would let it be played again.
#[derive(Debug)]
pub struct MemoryReplayGuard(Mutex<ExpiringMap<(SignedRoute, ClientSignature)>>);

#[derive(Debug, thiserror::Error)]
#[error("the replay guard holds as many signatures as it may, and all of them are still valid")]
struct Full;

impl MemoryReplayGuard {
    /// How many uses are remembered unless told otherwise. They take some 110 MB.
    pub const CAPACITY: usize = 1_000_000;

    /// Remembers at most `capacity` uses.
    pub fn new(capacity: usize) -> Self {
        Self(Mutex::new(ExpiringMap::new(capacity)))
    }
}

impl Default for MemoryReplayGuard {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

#[async_trait]
impl ReplayGuard for MemoryReplayGuard {
    async fn note(
        &self,
        route: SignedRoute,
        signature: &ClientSignature,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Use, StoreError> {
        let key = (route, signature.clone());
        let now = micros(now);
        let mut seen = lock(&self.0);
        if seen.end(&key, now).is_some() {
            return Ok(Use::Repeated);
        }
        // At `until` itself the signature is still valid.
        seen.keep(key, micros(until).saturating_add(1), now).map_err(|_| StoreError::new(Full))?;
        Ok(Use::First)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    async fn note(guard: &MemoryReplayGuard, signature: u8, now: Timestamp) -> Option<Use> {
        let until = now.plus(Duration::from_mins(5));
        let signature = ClientSignature::from_bytes([signature; 32]);
        guard.note(SignedRoute::Upgrade, &signature, until, now).await.ok()
    }

    #[tokio::test]
    async fn when_full_it_fails_and_forgets_nothing() {
        let guard = MemoryReplayGuard::new(2);
        assert_eq!(note(&guard, 1, NOON).await, Some(Use::First));
        assert_eq!(note(&guard, 2, NOON).await, Some(Use::First));
        assert_eq!(note(&guard, 3, NOON).await, None);
        assert_eq!(note(&guard, 1, NOON).await, Some(Use::Repeated));
    }

    #[tokio::test]
    async fn has_room_again_when_signatures_are_no_longer_valid() {
        let guard = MemoryReplayGuard::new(1);
        assert_eq!(note(&guard, 1, NOON).await, Some(Use::First));
        let later = NOON.plus(Duration::from_millis(300_001));
        assert_eq!(note(&guard, 2, later).await, Some(Use::First));
    }
}
