use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_ports::inbound::PurgeSessions;
use usher_ports::outbound::{AdministratorSessions, Clock, SessionStore, StoreError};

/// How long expired sessions of users are kept to be told apart from unknown ones.
const KEEP_EXPIRED: Duration = Duration::from_hours(24);

/// Removes sessions that are over.
pub struct PurgeSessionsService {
    /// Keeps the sessions of users.
    pub sessions: Arc<dyn SessionStore>,
    /// Keeps those of administrators.
    pub administrators: Arc<dyn AdministratorSessions>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl PurgeSessions for PurgeSessionsService {
    async fn purge_users(&self) -> Result<u64, StoreError> {
        self.sessions.purge(self.clock.now().minus(KEEP_EXPIRED)).await
    }

    async fn purge_administrators(&self) -> Result<u64, StoreError> {
        self.administrators.purge(self.clock.now()).await
    }
}
