use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{User, UserId};
use usher_ports::inbound::SettleRevocations;
use usher_ports::outbound::{
    Clock, IdSource, Pending, RevocationOutbox, RevocationSink, SessionStore, StoreError, SyncToken,
};

/// Ends the sessions that a change has left to be ended.
///
/// What is done is decided by what the stores say, never by a clock: see `docs/decisions/0012`.
pub struct SettleRevocationsService {
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// The same store as one that has to be told, where sessions are kept apart from the users. Where they are kept beside
    /// the users, the account is read at each call, and there is nothing to be settled.
    pub sink: Option<Arc<dyn RevocationSink>>,
    /// Knows which have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
    /// Draws the tokens.
    pub ids: Arc<dyn IdSource>,
    /// Tells when something may be forgotten, and nothing else.
    pub clock: Arc<dyn Clock>,
}

/// How old a snapshot may be that a store comes back from.
const KEEP: Duration = Duration::from_hours(24);

/// How many are delivered at once: Redis does nothing else meanwhile.
const PAGE: u32 = 200;

impl SettleRevocationsService {
    /// Ends them at once. The change is made and will be in force, whether or not this succeeds: the revocation is pending
    /// until [`SettleRevocations`] has delivered it.
    pub(crate) async fn revoke(&self, user: &User) {
        if let Err(error) = self.sessions.end_before(user.id, user.epoch).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(user = user.id.0, error, "sessions could not be ended; it will be tried again");
        }
    }

    /// Delivers what is pending, page by page. One that cannot be confirmed, because another node was faster or a change
    /// holds it, is passed over: it was delivered, and is pending still.
    async fn deliver_pending(&self, sink: &dyn RevocationSink) -> Result<u64, StoreError> {
        let (mut after, mut delivered) = (UserId(0), 0);
        loop {
            let Pending { token, revocations } = self.outbox.pending(after, PAGE).await?;
            let Some(last) = revocations.last() else {
                let synced = sink.includes(token).await?;
                return if synced {
                    Ok(delivered)
                } else {
                    Ok(delivered + self.deliver_all(sink, token).await?)
                };
            };
            let next = self.token();
            if !sink.deliver(&revocations, Some(token), next).await? {
                return Ok(delivered + self.deliver_all(sink, token).await?);
            }
            self.outbox.confirm(token, next, &revocations, self.clock.now()).await?;
            delivered += revocations.len() as u64;
            if revocations.len() < PAGE as usize {
                return Ok(delivered);
            }
            after = last.user;
        }
    }

    /// Delivers all that are kept to a store that went back to an earlier state, each page onto the state that holds the
    /// one before: a store that goes back once more meanwhile refuses the next one, and it is all begun anew.
    async fn deliver_all(&self, sink: &dyn RevocationSink, seen: SyncToken) -> Result<u64, StoreError> {
        let (mut after, mut reached, mut delivered) = (UserId(0), None, 0);
        loop {
            let page = self.outbox.kept(after, PAGE).await?;
            let next = self.token();
            if !sink.deliver(&page, reached, next).await? {
                break;
            }
            reached = Some(next);
            delivered += page.len() as u64;
            if let Some(last) = page.last().filter(|_| page.len() == PAGE as usize) {
                after = last.user;
                continue;
            }
            // What was pending stays so: the next round confirms it, a page at a time.
            self.outbox.confirm(seen, next, &[], self.clock.now()).await?;
            break;
        }
        tracing::info!(revocations = delivered, "the session store was told everything again");
        Ok(delivered)
    }

    fn token(&self) -> SyncToken {
        SyncToken(self.ids.uuid())
    }
}

#[async_trait]
impl SettleRevocations for SettleRevocationsService {
    async fn settle(&self) -> Result<u64, StoreError> {
        match &self.sink {
            Some(sink) => self.deliver_pending(sink.as_ref()).await,
            None => Ok(0),
        }
    }

    async fn forget(&self) -> Result<u64, StoreError> {
        let before = self.clock.now().minus(KEEP);
        match &self.sink {
            Some(_) => self.outbox.forget_confirmed(before).await,
            None => self.outbox.forget_all(before).await,
        }
    }
}
