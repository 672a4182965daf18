use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::{Script, ScriptInvocation};
use usher_domain::{Quota, Timestamp};
use usher_ports::outbound::{Acquired, LimitKey, NetworkUse, RateLimiter, StoreError};

use crate::server::{Redis, RedisError};

/// Limits that all nodes share.
///
/// On one server all quotas of a call are one script. On a cluster the script can only touch keys of one slot: the
/// networks within each other share one by a hash tag, and so do the quotas of one name. What lies elsewhere is one
/// more script, and where that one refuses, what the others took is given back.
pub struct RedisLimiter {
    redis: Redis,
    acquire: Script,
    give_back: Script,
}

impl RedisLimiter {
    /// On this server.
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            acquire: Script::new(include_str!("scripts/acquire.lua")),
            give_back: Script::new(include_str!("scripts/give_back.lua")),
        }
    }

    fn prepare<'a>(
        &self,
        script: &'a Script,
        quotas: &[(String, Quota)],
        now: Timestamp,
    ) -> ScriptInvocation<'a> {
        let mut call = script.prepare_invoke();
        call.arg(now.as_millis().saturating_mul(1_000));
        for (key, quota) in quotas {
            call.key(self.redis.key(format_args!("limit:{key}"))).arg(quota.each()).arg(quota.whole());
        }
        call
    }
}

/// What comes after the tag, if a quota lies within another one; and what stands in braces is the tag: keys with the
/// same one are on the same server of a cluster. The device, place or name is as it is, because the server hashes keys
/// itself.
fn key(key: &LimitKey) -> String {
    match key {
        LimitKey::Network(of, network) => {
            let of = match of {
                NetworkUse::Enter => "enter",
                NetworkUse::Resume => "resume",
                NetworkUse::Administrate => "administrate",
                NetworkUse::Audit => "audit",
            };
            format!("{{{}}}:{of}:{network}", network.widest())
        }
        LimitKey::Device(device) => format!("device:{}", device.as_str()),
        LimitKey::Resume(device) => format!("resume:{}", device.as_str()),
        LimitKey::Username(name) => format!("username:{{{}}}", name.as_str()),
        LimitKey::UsernameFrom(name, network) => format!("username:{{{}}}:from:{network}", name.as_str()),
        LimitKey::UsernameKnown(name, network) => format!("username:{{{}}}:known:{network}", name.as_str()),
        LimitKey::UsernameDevice(name, device) => {
            format!("username:{{{}}}:device:{}", name.as_str(), device.as_str())
        }
        LimitKey::Administrator(name) => format!("administrator:{{{}}}", name.as_str()),
        LimitKey::AdministratorFrom(name, network) => {
            format!("administrator:{{{}}}:from:{network}", name.as_str())
        }
        LimitKey::AdministratorBrowser(name, at) => {
            format!("administrator:{{{}}}:browser:{}", name.as_str(), at.as_millis())
        }
        LimitKey::AdministratorSession(name) => format!("administrator:{{{}}}:session", name.as_str()),
        LimitKey::Search(user) => format!("search:{user}"),
        LimitKey::Installation => "installation".to_owned(),
        LimitKey::Audit => "audit".to_owned(),
    }
}

/// The hash tag of a key, or all of it, as a cluster finds it.
fn tag(key: &str) -> &str {
    let tag = key.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(tag, _)| tag);
    tag.filter(|tag| !tag.is_empty()).unwrap_or(key)
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    #[tracing::instrument(name = "redis.limits.acquire", level = "debug", skip_all)]
    async fn acquire(&self, quotas: &[(LimitKey, Quota)], now: Timestamp) -> Result<Acquired, StoreError> {
        let mut groups: Vec<Vec<(String, Quota)>> = Vec::new();
        for (of, quota) in quotas {
            let key = key(of);
            let beside = groups.iter_mut().find(|group| {
                !self.redis.is_cluster() || group.iter().any(|(other, _)| tag(other) == tag(&key))
            });
            match beside {
                Some(group) => group.push((key, *quota)),
                None => groups.push(vec![(key, *quota)]),
            }
        }
        let (mut taken, mut longest) = (Vec::new(), 0);
        for group in &groups {
            let (granted, wait): (bool, i64) =
                self.redis.script(&self.prepare(&self.acquire, group, now)).await?;
            if granted {
                taken.push(group);
            }
            longest = longest.max(wait);
        }
        if taken.len() == groups.len() {
            return Ok(Acquired::Granted);
        }
        for group in taken {
            let _: bool = self.redis.script(&self.prepare(&self.give_back, group, now)).await?;
        }
        let wait = u64::try_from(longest).map_err(|_| RedisError::Corrupt)?;
        Ok(Acquired::Refused { retry_after: Duration::from_micros(wait) })
    }
}
