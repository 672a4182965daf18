use async_trait::async_trait;
use usher_domain::{ManagedUser, Operator, Reason, Status, Timestamp, UserId, Version};

use crate::inbound::AdminRefusal;

/// The status to set.
#[derive(Clone, Debug)]
pub struct StatusCommand {
    /// Which.
    pub status: Status,
    /// When a disabled account is enabled again by itself, if ever.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Reason,
    /// Guards against undoing what another administrator just did.
    pub expected: Option<Version>,
}

impl StatusCommand {
    /// This status, from now on and whatever it is.
    pub fn now(status: Status) -> Self {
        Self { status, until: None, reason: Reason::default(), expected: None }
    }
}

/// Disables and enables users.
#[async_trait]
pub trait AdminToggleStatus: Send + Sync {
    /// Sets the status. A user who is no longer enabled has no session left when this returns, and none that a login
    /// was opening meanwhile; enabling does not bring sessions back.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`].
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: StatusCommand,
    ) -> Result<ManagedUser, AdminRefusal>;
}
