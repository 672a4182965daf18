use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Amendment, NewPassword, NotApplicable, Operator, PlainPassword, Reason, Role, User, UserId,
};
use usher_ports::inbound::{AdminRefusal, AdminSetPassword};
use usher_ports::outbound::{HasherBusy, Lane, PasswordHasher};

use crate::Amender;

/// Sets passwords.
pub struct SetPassword {
    /// Makes the change.
    pub amender: Arc<Amender>,
    /// Hashes the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
}

#[async_trait]
impl AdminSetPassword for SetPassword {
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        password: PlainPassword,
    ) -> Result<User, AdminRefusal> {
        let known = self.amender.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        if known.role == Role::Visitor {
            return Err(NotApplicable.into());
        }
        let password = NewPassword::choose(password, known.username.as_str())?.into_plain();
        let hash =
            self.hasher.hash(password, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let amendment = Amendment::Password(hash);
        let (user, _) = self.amender.amend(by, user, &amendment, None, Reason::default()).await?;
        Ok(user)
    }
}
