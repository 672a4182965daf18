use async_trait::async_trait;

use crate::inbound::{Refusal, Registration, SignedIn};

/// Registers a user who was no visitor before.
#[async_trait]
pub trait RegisterUser: Send + Sync {
    /// Creates the account and opens a session.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], [`Refusal::UsernameTaken`], [`Refusal::Busy`].
    async fn register(&self, command: Registration) -> Result<SignedIn, Refusal>;
}
