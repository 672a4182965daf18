use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, Reason, UserId, Version};

use crate::inbound::AdminRefusal;

/// Deletes and restores users.
#[async_trait]
pub trait AdminDeleteUser: Send + Sync {
    /// Marks the account as deleted and ends its sessions. Its name and devices cannot be registered until it is
    /// purged, after the configured time; its id is never reused.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`].
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
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`].
    async fn restore(
        &self,
        by: Operator<'_>,
        user: UserId,
        expected: Option<Version>,
    ) -> Result<ManagedUser, AdminRefusal>;
}
