use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Timestamp, User, UserId};
use usher_ports::inbound::SettleRevocations;
use usher_ports::outbound::{Clock, RevocationOutbox, SessionStore, StoreError};

/// Ends the sessions that a change has left to be ended.
pub struct Revoker {
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Knows which have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// How long before the checkpoint a change may have been made that nobody saw before it: what its transaction takes, what
/// the clocks of two nodes differ by, and what a store forgets that writes to its disk once a second.
const OVERLAP: Duration = Duration::from_secs(5);

/// How old a snapshot may be that a store comes back from.
const KEEP: Duration = Duration::from_hours(24);

/// How many are read at once.
const PAGE: u32 = 1_000;

impl Revoker {
    /// Ends them at once. The change is made and will be in force, whether or not this succeeds: what fails is in the
    /// outbox and is done by [`SettleRevocations`].
    pub(crate) async fn revoke(&self, user: &User) {
        if let Err(error) = self.sessions.end_before(user.id, user.epoch).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(user = user.id.0, error, "sessions could not be ended; it will be tried again");
        }
    }
}

#[async_trait]
impl SettleRevocations for Revoker {
    async fn settle(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let checkpoint = self.sessions.checkpoint().await?;
        let mut from = checkpoint.map_or(Timestamp::from_millis(0), |moment| moment.min(now).minus(OVERLAP));
        let (mut after, mut settled) = (UserId(0), 0);
        loop {
            let page = self.outbox.since(from, after, PAGE).await?;
            for revocation in &page {
                self.sessions.end_before(revocation.user, revocation.epoch).await?;
                settled += 1;
            }
            match page.last() {
                Some(last) => (from, after) = (last.since, last.user),
                None => break,
            }
        }
        self.sessions.set_checkpoint(now).await?;
        Ok(settled)
    }

    async fn forget(&self) -> Result<u64, StoreError> {
        let Some(told) = self.sessions.checkpoint().await? else { return Ok(0) };
        self.outbox.forget(told.min(self.clock.now()).minus(KEEP)).await
    }
}
