use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Operator, User, UserId};
use usher_ports::inbound::{AdminDeleteUser, AdminRefusal};
use usher_ports::outbound::{Clock, UserRepository};

use crate::Revoker;

/// Deletes users.
pub struct DeleteUser {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Ends the sessions.
    pub revoker: Arc<Revoker>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminDeleteUser for DeleteUser {
    async fn delete(&self, _by: Operator<'_>, user: UserId) -> Result<User, AdminRefusal> {
        let deleted = self.users.delete(user, self.clock.now()).await?.ok_or(AdminRefusal::NotFound)?;
        self.revoker.revoke(&deleted).await;
        Ok(deleted)
    }
}
