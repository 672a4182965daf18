use async_trait::async_trait;
use usher_domain::AuthenticatedDevice;

use crate::inbound::{Credentials, Refusal, SignedIn};

/// Logs in to an account that exists, from a device that was a visitor until now.
///
/// The visitor is kept for this device and recorded as an alias of the account; its sessions end.
#[async_trait]
pub trait LogInVisitor: Send + Sync {
    /// Opens a user's session.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], [`Refusal::AccountUnavailable`], [`Refusal::WrongPassword`], [`Refusal::Busy`].
    async fn log_in(
        &self,
        device: AuthenticatedDevice,
        credentials: Credentials,
    ) -> Result<SignedIn, Refusal>;
}
