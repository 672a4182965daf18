use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use usher_domain::{Network, ReplayKey, Timestamp};
use usher_ports::outbound::{ReplayGuard, StoreError, Use};

use crate::server::Redis;

/// Used signatures, known to all nodes. How many there are is bounded by what networks may do: each is noted after a
/// network's quotas were charged, and expires.
pub struct RedisReplayGuard(Redis);

impl RedisReplayGuard {
    /// On this server.
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

#[async_trait]
impl ReplayGuard for RedisReplayGuard {
    #[tracing::instrument(name = "redis.signatures.note", level = "debug", skip_all)]
    async fn note(
        &self,
        key: &ReplayKey,
        _from: Network,
        until: Timestamp,
        _now: Timestamp,
    ) -> Result<Use, StoreError> {
        // At `until` itself the signature is still valid.
        let end = until.as_millis().saturating_add(1);
        let key = self.0.key(format_args!("used:{key}"));
        let mut set = cmd("SET");
        set.arg(key).arg(1).arg("NX").arg("PXAT").arg(end);
        let first: bool = self.0.command(&set).await?;
        Ok(if first { Use::First } else { Use::Repeated })
    }
}
