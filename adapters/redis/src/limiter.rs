use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::Script;
use usher_domain::{Budget, Spent, Timestamp};
use usher_ports::outbound::{LimitKey, RateLimiter, StoreError};

use crate::server::{Redis, RedisError};

/// Limits that all nodes share.
pub struct RedisLimiter {
    redis: Redis,
    spend: Script,
}

impl RedisLimiter {
    /// On this server.
    pub fn new(redis: Redis) -> Self {
        Self { redis, spend: Script::new(include_str!("scripts/spend.lua")) }
    }
}

/// The device, place or name as it is, because the server hashes keys itself.
fn key(redis: &Redis, key: &LimitKey) -> String {
    match key {
        LimitKey::Device(device) => redis.key(format_args!("limit:device:{}", device.as_str())),
        LimitKey::Resume(device) => redis.key(format_args!("limit:resume:{}", device.as_str())),
        LimitKey::Address(network) => redis.key(format_args!("limit:address:{network}")),
        LimitKey::Username(name) => redis.key(format_args!("limit:username:{}", name.as_str())),
        LimitKey::Administrator(name) => redis.key(format_args!("limit:administrator:{}", name.as_str())),
    }
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    async fn spend(&self, of: &LimitKey, budget: &Budget, now: Timestamp) -> Result<Spent, StoreError> {
        let mut call = self.spend.prepare_invoke();
        call.key(key(&self.redis, of));
        call.arg(now.as_millis().saturating_mul(1_000)).arg(budget.each()).arg(budget.whole());
        let (granted, micros): (bool, i64) = self.redis.script(&call).await?;
        if granted {
            return Ok(Spent::Granted { whole_at: micros });
        }
        let wait = u64::try_from(micros).map_err(|_| RedisError::Corrupt)?;
        Ok(Spent::Refused { retry_after: Duration::from_micros(wait) })
    }
}
