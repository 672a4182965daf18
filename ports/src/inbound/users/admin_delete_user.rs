use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, Reason, UserId, Version};

use crate::inbound::AdminRefusal;

/// Takes somebody out of the installation, and back.
#[async_trait]
pub trait AdminDeleteUser: Send + Sync {
    /// Marks the account as deleted and ends its sessions. Nobody gets its name or an account for its devices until it is
    /// removed for good, after the time that is configured; its number is never given to anybody else.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], or a failed store.
    async fn delete(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
        reason: Reason,
    ) -> Result<ManagedUser, AdminRefusal>;

    /// Takes that back. No session comes back with it.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], or a failed store.
    async fn restore(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
    ) -> Result<ManagedUser, AdminRefusal>;
}
