use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::User;
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

/// For how long sessions are ended again and again before a revocation counts as settled. A session store may
/// acknowledge a write and forget it when it breaks down a moment later; Redis by default writes once a second.
const CONFIRMATION: Duration = Duration::from_secs(5);

/// How many are taken on in one round.
const ROUND: u32 = 1_000;

impl Revoker {
    /// Ends them at once. The change is made and will be in force, whether or not this succeeds: what fails is in the
    /// outbox and is tried again.
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
        let confirmed = self.clock.now().minus(CONFIRMATION);
        let mut settled = 0;
        for revocation in self.outbox.pending(ROUND).await? {
            self.sessions.end_before(revocation.user, revocation.epoch).await?;
            if revocation.since <= confirmed {
                self.outbox.settle(&revocation).await?;
                settled += 1;
            }
        }
        Ok(settled)
    }
}
