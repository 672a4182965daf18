use async_trait::async_trait;
use usher_domain::Caller;

use crate::inbound::Refusal;

/// Finds out who presents a token, and what they may do.
#[async_trait]
pub trait AuthenticateSession: Send + Sync {
    /// The authority that other ports ask for. A session that was just ended, on any node, is refused.
    ///
    /// # Errors
    /// [`Refusal::TokenInvalid`], [`Refusal::TokenExpired`], [`Refusal::UserDisabled`].
    async fn authenticate(&self, token: &str) -> Result<Caller, Refusal>;
}
