use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Administrator, Status, User, UserId, Version};
use usher_ports::inbound::{AdminRefusal, AdminToggleStatus};
use usher_ports::outbound::{Clock, SessionStore, StatusChange, UserRepository};

/// Switches users off and on.
pub struct ToggleStatus {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminToggleStatus for ToggleStatus {
    async fn set(
        &self,
        _by: &Administrator,
        user: UserId,
        status: Status,
        expected: Option<Version>,
    ) -> Result<User, AdminRefusal> {
        match self.users.set_status(user, status, expected, self.clock.now()).await? {
            StatusChange::Set(user) => {
                // From the write above on nobody gets in; this also clears away what can no longer be used.
                self.sessions.end_before(user.id, user.epoch).await?;
                Ok(*user)
            }
            StatusChange::Conflict(user) => Err(AdminRefusal::Conflict(user)),
            StatusChange::NotFound => Err(AdminRefusal::NotFound),
        }
    }
}
