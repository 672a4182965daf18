use async_trait::async_trait;
use usher_domain::Caller;

use crate::inbound::Refusal;

/// Finds out who presents a token, and what they may do.
#[async_trait]
pub trait AuthenticateSession: Send + Sync {
    /// The authority that other ports ask for. A session ended a moment ago, on any node, lets nobody in.
    ///
    /// # Errors
    /// [`Refusal::TokenInvalid`], [`Refusal::TokenExpired`], [`Refusal::UserDisabled`], or a failed store.
    async fn authenticate(&self, token: &str) -> Result<Caller, Refusal>;
}
