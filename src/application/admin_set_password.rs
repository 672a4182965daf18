use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Operator, PlainPassword, Role, User, UserId};
use usher_ports::inbound::{AdminRefusal, AdminSetPassword};
use usher_ports::outbound::{Clock, HasherBusy, PasswordHasher, UserRepository};

use crate::Revoker;

/// Sets passwords.
pub struct SetPassword {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Ends the sessions.
    pub revoker: Arc<Revoker>,
    /// Hashes the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminSetPassword for SetPassword {
    async fn set(
        &self,
        _by: Operator<'_>,
        user: UserId,
        password: PlainPassword,
    ) -> Result<User, AdminRefusal> {
        let known = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        if known.role == Role::Visitor {
            return Err(AdminRefusal::Visitor);
        }
        let hash = self.hasher.hash(password).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let changed = self.users.set_password(user, &hash, self.clock.now()).await?;
        let changed = changed.ok_or(AdminRefusal::NotFound)?;
        self.revoker.revoke(&changed).await;
        Ok(changed)
    }
}
