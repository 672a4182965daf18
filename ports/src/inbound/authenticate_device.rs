use async_trait::async_trait;
use usher_domain::{ProvenDevice, SignedClaim, SignedRoute};

use super::Refusal;

/// A call as a device signed it.
#[derive(Clone, Debug)]
pub struct SignedRequest {
    /// What was signed.
    pub claim: SignedClaim,
    /// The signature, as it was sent.
    pub signature: String,
    /// Where it was sent to.
    pub route: SignedRoute,
}

/// Finds out whether a call was signed with a salt in use, just now, and for the first time on this route.
#[async_trait]
pub trait AuthenticateDevice: Send + Sync {
    /// The proof that the other visitor ports ask for.
    ///
    /// # Errors
    /// [`Refusal::Signature`], [`Refusal::Replayed`], or a failed store.
    async fn authenticate(&self, request: SignedRequest) -> Result<ProvenDevice, Refusal>;
}
