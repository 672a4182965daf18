use async_trait::async_trait;
use usher_domain::{BanEnd, ManagedUser, Operator, Reason, Status, UserId, Version};

use crate::inbound::AdminRefusal;

/// The status to set.
#[derive(Clone, Debug)]
pub struct StatusCommand {
    /// Which.
    pub status: Status,
    /// When a disabled account is enabled again by itself, if ever.
    pub until: BanEnd,
    /// Why.
    pub reason: Reason,
    /// Whether an account with a ban of its own stays as it is: disabling changes no account that is disabled already,
    /// and enabling none that is disabled until a time or for a reason.
    pub spares_bans: bool,
    /// Guards against undoing what another administrator just did.
    pub expected: Option<Version>,
}

impl StatusCommand {
    /// This status, from now on and whatever it is.
    pub fn now(status: Status) -> Self {
        Self { status, until: BanEnd::Never, reason: Reason::default(), spares_bans: false, expected: None }
    }
}

/// Disables and enables users.
#[async_trait]
pub trait AdminToggleStatus: Send + Sync {
    /// Sets the status. A user who is no longer enabled has no session left when this returns, and none that a login
    /// was opening meanwhile; enabling does not bring sessions back.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`]; [`AdminRefusal::EndPassed`] if it would be disabled until a
    /// time that is over.
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: StatusCommand,
    ) -> Result<ManagedUser, AdminRefusal>;
}
