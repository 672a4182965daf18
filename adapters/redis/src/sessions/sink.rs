//! What the store was told, and which states it grew out of.
//!
//! On a single server a delivery is one script, so a state with its token has all of it. On a cluster users lie on many
//! masters, each of which can go back by itself, and a script reaches one slot. There the tokens stand under many hash
//! tags, so that every master holds some, and everything is told once before the tokens are written and once after: a
//! master that goes back between the two was told afterwards, and one that goes back later loses the token as well.
//! What this does not cover is a master that goes back twice while one delivery is under way.

use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use usher_ports::outbound::{Revocation, RevocationSink, SessionStore as _, StoreError, SyncToken};

use super::RedisSessions;
use crate::link::Link;
use crate::record::id_in_key;
use crate::server::Result;

/// How many hash tags hold the tokens on a cluster: so many that a tenth of all slots holds none of them in one layout of
/// fifty thousand million.
const TAGS: u32 = 256;

/// How much is asked of a cluster at once. Few, because each takes a connection of the pool, which others wait for.
const AT_ONCE: usize = 4;

fn written(token: SyncToken) -> String {
    token.0.simple().to_string()
}

impl RedisSessions {
    fn tokens(&self, tag: u32) -> String {
        self.redis.key(format_args!("revoked:{{{tag}}}"))
    }

    async fn deliver_in_one_step(
        &self,
        link: &Link,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool> {
        let keys = self.tokens(0);
        let mut call = self.scripts.deliver.prepare_invoke();
        call.key(&keys).arg(after.map(written).unwrap_or_default()).arg(written(next));
        for revocation in revocations {
            call.arg(self.user(revocation.user)).arg(revocation.epoch.0);
        }
        let (accepted, ended): (bool, Vec<String>) = link.script(&call).await?;
        self.forget(ended.iter().filter_map(|key| id_in_key(key)));
        Ok(accepted)
    }

    async fn end_all(&self, revocations: &[Revocation]) -> std::result::Result<(), StoreError> {
        let ends = revocations.iter().copied().map(|it| self.end_before(it.user, it.epoch));
        stream::iter(ends).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Writes the token under each tag; returns whether all of them grew out of `after`.
    async fn advance(&self, after: Option<SyncToken>, next: SyncToken) -> Result<bool> {
        let (after, next) = (after.map(written).unwrap_or_default(), written(next));
        let advance = async |tag| {
            let keys = self.tokens(tag);
            let mut call = self.scripts.advance.prepare_invoke();
            call.key(&keys).arg(&after).arg(&next);
            self.redis.script::<bool>(&call).await
        };
        stream::iter((0..TAGS).map(advance))
            .buffer_unordered(AT_ONCE)
            .try_fold(true, async |all, one| Ok(all && one))
            .await
    }
}

#[async_trait]
impl RevocationSink for RedisSessions {
    #[tracing::instrument(name = "redis.revocations.includes", level = "debug", skip_all)]
    async fn includes(&self, token: SyncToken) -> std::result::Result<bool, StoreError> {
        let token = written(token);
        let held = |tokens: &Option<String>| tokens.as_ref().is_some_and(|tokens| tokens.contains(&token));
        if let Some(link) = &self.link {
            let tokens: Option<String> = link.command(cmd("GET").arg(self.tokens(0))).await?;
            return Ok(held(&tokens));
        }
        let keys: Vec<_> = (0..TAGS).map(|tag| self.tokens(tag)).collect();
        let tokens: Vec<Option<String>> = self.redis.command(cmd("MGET").arg(keys)).await?;
        Ok(tokens.iter().all(held))
    }

    #[tracing::instrument(name = "redis.revocations.deliver", level = "debug", skip_all)]
    async fn deliver(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> std::result::Result<bool, StoreError> {
        if let Some(link) = &self.link {
            return Ok(self.deliver_in_one_step(link, revocations, after, next).await?);
        }
        self.end_all(revocations).await?;
        let accepted = self.advance(after, next).await?;
        self.end_all(revocations).await?;
        Ok(accepted)
    }
}
