use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, PlainPassword, UserId};

use crate::inbound::AdminRefusal;

/// Gives a registered user a new password.
#[async_trait]
pub trait AdminSetPassword: Send + Sync {
    /// Sets it and ends all sessions of the user.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::NotApplicable`], [`AdminRefusal::Busy`].
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        password: PlainPassword,
    ) -> Result<ManagedUser, AdminRefusal>;
}
