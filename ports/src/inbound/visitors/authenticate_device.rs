use async_trait::async_trait;
use usher_domain::{AuthenticatedDevice, ClientAddress, SignedClaim, SignedRoute};

use crate::inbound::Refusal;

/// A call as a device signed it.
#[derive(Clone, Debug)]
pub struct SignedRequest {
    /// What was signed.
    pub claim: SignedClaim,
    /// The signature, as it was sent.
    pub signature: String,
    /// Where it was sent to.
    pub route: SignedRoute,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// Finds out whether a call was signed with a salt in use, just now, and for the first time. The
/// network's quotas are charged before the signature is noted.
#[async_trait]
pub trait AuthenticateDevice: Send + Sync {
    /// The proof that the other visitor ports ask for.
    ///
    /// # Errors
    /// [`Refusal::Signature`], [`Refusal::RateLimited`], [`Refusal::Replayed`].
    async fn authenticate(&self, request: SignedRequest) -> Result<AuthenticatedDevice, Refusal>;
}
