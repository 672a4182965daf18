use async_trait::async_trait;

use crate::inbound::{Credentials, Refusal, SignedIn};

/// Logs in by name and password. Visitors have no password and cannot.
#[async_trait]
pub trait LogIn: Send + Sync {
    /// Opens a user's session.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], [`Refusal::AccountUnavailable`], [`Refusal::WrongPassword`], [`Refusal::Busy`].
    async fn log_in(&self, credentials: Credentials) -> Result<SignedIn, Refusal>;
}
