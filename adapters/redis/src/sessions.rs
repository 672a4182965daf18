mod sink;

use std::num::NonZeroU32;

use async_trait::async_trait;
use deadpool_redis::redis::{Script, cmd};
use usher_domain::{Epoch, Role, Session, SessionId, Timestamp, UserId};
use usher_ports::outbound::{SessionStore, Started, StoreError};

use crate::link::Link;
use crate::record::{id_in_key, read, write};
use crate::server::{Redis, RedisError, RedisOptions, Result};

/// How long an expired session is kept, so that its owner is told that it expired and not that it never was: a day.
const GRACE: i64 = 86_400_000;

/// Sessions that all nodes share.
///
/// Of each user there are: a value for each session, an index of the sessions of each role by when they started, and
/// the epoch before which none may be started. On a single server a session that was found once is answered from
/// memory until the server says that it changed; see `link.rs`. On a cluster each look is a round trip.
pub struct RedisSessions {
    redis: Redis,
    link: Option<Link>,
    scripts: Scripts,
}

struct Scripts {
    start: Script,
    extend: Script,
    end: Script,
    end_before: Script,
    list: Script,
    deliver: Script,
    advance: Script,
}

impl RedisSessions {
    /// On these servers. Where none answers sessions are neither started nor found, until one does.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub async fn open(redis: Redis, options: &RedisOptions) -> std::result::Result<Self, RedisError> {
        let link = if options.cluster { None } else { Some(Link::open(redis.clone(), options).await?) };
        // Those that end sessions run also where the memory is full: what they add is little and short-lived.
        let scripts = Scripts {
            start: Script::new(include_str!("scripts/start.lua")),
            extend: Script::new(include_str!("scripts/extend.lua")),
            end: Script::new(include_str!("scripts/end.lua")),
            end_before: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("scripts/revoke.lua"),
                include_str!("scripts/end_before.lua")
            )),
            list: Script::new(include_str!("scripts/list.lua")),
            deliver: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("scripts/revoke.lua"),
                include_str!("scripts/grow.lua"),
                include_str!("scripts/deliver.lua")
            )),
            advance: Script::new(concat!(
                "#!lua flags=allow-oom\n",
                include_str!("scripts/grow.lua"),
                include_str!("scripts/advance.lua")
            )),
        };
        Ok(Self { redis, link, scripts })
    }

    /// What the keys of a user begin with. The braces are the hash tag that keeps them in one slot of a cluster.
    fn user(&self, user: UserId) -> String {
        self.redis.key(format_args!("session:{{{user}}}:"))
    }

    /// What ended here need not be heard of from the server first.
    fn forget(&self, ended: impl IntoIterator<Item = SessionId>) {
        if let Some(link) = &self.link {
            ended.into_iter().for_each(|id| link.forget(id));
        }
    }

    async fn end_where(&self, script: &Script, user: UserId, argument: &str) -> Result<()> {
        let keys = self.user(user);
        let mut call = script.prepare_invoke();
        call.key(&keys).arg(argument);
        let ended: Vec<String> = self.redis.script(&call).await?;
        self.forget(ended.iter().filter_map(|key| id_in_key(key)));
        Ok(())
    }
}

#[async_trait]
impl SessionStore for RedisSessions {
    #[tracing::instrument(name = "redis.sessions.start", level = "debug", skip_all)]
    async fn start(&self, session: &Session, keep: NonZeroU32) -> std::result::Result<Started, StoreError> {
        let keys = self.user(session.user);
        let mut call = self.scripts.start.prepare_invoke();
        call.key(&keys)
            .arg(hex::encode(session.id.as_bytes()))
            .arg(session.role.as_str())
            .arg(session.epoch.0)
            .arg(session.started_at.as_millis())
            .arg(write(session))
            .arg(session.expires_at.as_millis().saturating_add(GRACE))
            .arg(keep.get());
        let (live, ended): (bool, Vec<String>) = self.redis.script(&call).await.map_err(StoreError::from)?;
        self.forget(ended.iter().filter_map(|key| id_in_key(key)).chain([session.id]));
        Ok(if live { Started::Live } else { Started::Superseded })
    }

    #[tracing::instrument(name = "redis.sessions.find", level = "debug", skip_all)]
    async fn find(&self, user: UserId, id: SessionId) -> std::result::Result<Option<Session>, StoreError> {
        let get = || {
            let mut get = cmd("GET");
            get.arg(format!("{}{}", self.user(user), hex::encode(id.as_bytes())));
            get
        };
        if let Some(link) = &self.link {
            return Ok(link.find(user, id, get).await?);
        }
        let value: Option<String> = self.redis.command(&get()).await?;
        Ok(value.map(|value| read(user, id, &value)).transpose()?)
    }

    #[tracing::instrument(name = "redis.sessions.list", level = "debug", skip_all)]
    async fn list(&self, user: UserId) -> std::result::Result<Vec<Session>, StoreError> {
        let keys = self.user(user);
        let mut call = self.scripts.list.prepare_invoke();
        call.key(&keys);
        let found: Vec<(String, String)> = self.redis.script(&call).await?;
        let mut sessions = Vec::with_capacity(found.len());
        for (key, value) in found {
            let id = id_in_key(&key).ok_or(RedisError::Corrupt)?;
            sessions.push(read(user, id, &value)?);
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.started_at));
        Ok(sessions)
    }

    #[tracing::instrument(name = "redis.sessions.extend", level = "debug", skip_all)]
    async fn extend(
        &self,
        user: UserId,
        id: SessionId,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> std::result::Result<(), StoreError> {
        let keys = self.user(user);
        let mut call = self.scripts.extend.prepare_invoke();
        call.key(&keys)
            .arg(hex::encode(id.as_bytes()))
            .arg(seen_at.as_millis())
            .arg(expires_at.as_millis())
            .arg(expires_at.as_millis().saturating_add(GRACE));
        let () = self.redis.script(&call).await?;
        self.forget([id]);
        Ok(())
    }

    #[tracing::instrument(name = "redis.sessions.end", level = "debug", skip_all)]
    async fn end(&self, user: UserId, id: SessionId) -> std::result::Result<(), StoreError> {
        Ok(self.end_where(&self.scripts.end, user, &hex::encode(id.as_bytes())).await?)
    }

    #[tracing::instrument(name = "redis.sessions.end_role", level = "debug", skip_all)]
    async fn end_role(&self, user: UserId, role: Role) -> std::result::Result<(), StoreError> {
        Ok(self.end_where(&self.scripts.end, user, role.as_str()).await?)
    }

    #[tracing::instrument(name = "redis.sessions.end_before", level = "debug", skip_all)]
    async fn end_before(&self, user: UserId, epoch: Epoch) -> std::result::Result<(), StoreError> {
        Ok(self.end_where(&self.scripts.end_before, user, &epoch.0.to_string()).await?)
    }

    /// The server forgets by itself.
    #[tracing::instrument(name = "redis.sessions.purge", level = "debug", skip_all)]
    async fn purge(&self, _moment: Timestamp) -> std::result::Result<u64, StoreError> {
        Ok(0)
    }
}
