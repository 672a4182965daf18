use async_trait::async_trait;
use usher_domain::{Operator, Status, User, UserId, Version};

use super::AdminRefusal;

/// Switches somebody off or on again.
#[async_trait]
pub trait AdminToggleStatus: Send + Sync {
    /// Sets the status. Whoever is no longer enabled has no session left when this returns, and none that a login
    /// was opening meanwhile; enabling does not bring sessions back. `expected` guards against undoing what another
    /// administrator just did.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], or a failed store.
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        status: Status,
        expected: Option<Version>,
    ) -> Result<User, AdminRefusal>;
}
