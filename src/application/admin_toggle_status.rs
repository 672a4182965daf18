use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Operator, Status, User, UserId, Version};
use usher_ports::inbound::{AdminRefusal, AdminToggleStatus};
use usher_ports::outbound::{Clock, StatusChange, UserRepository};

use crate::Revoker;

/// Switches users off and on.
pub struct ToggleStatus {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Ends the sessions.
    pub revoker: Arc<Revoker>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminToggleStatus for ToggleStatus {
    async fn set(
        &self,
        _by: Operator<'_>,
        user: UserId,
        status: Status,
        expected: Option<Version>,
    ) -> Result<User, AdminRefusal> {
        match self.users.set_status(user, status, expected, self.clock.now()).await? {
            StatusChange::Set(user) => {
                self.revoker.revoke(&user).await;
                Ok(*user)
            }
            StatusChange::Conflict(user) => Err(AdminRefusal::Conflict(user)),
            StatusChange::NotFound => Err(AdminRefusal::NotFound),
        }
    }
}
