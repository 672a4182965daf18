use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{AuthenticatedDevice, ClientSignature, SignatureRefused, SignedRoute};
use usher_ports::inbound::{AuthenticateDevice, Refusal, SignedRequest};
use usher_ports::outbound::{Clock, ReplayGuard, SignatureVerifier, Use};

use crate::Limits;

/// Checks the old clients' signatures.
pub struct AuthenticateDeviceService {
    /// Knows the salts.
    pub signatures: Arc<dyn SignatureVerifier>,
    /// Remembers signatures.
    pub replays: Arc<dyn ReplayGuard>,
    pub limits: Arc<Limits>,
    pub clock: Arc<dyn Clock>,
    /// How far a client's clock may be from ours, either way.
    pub window: Duration,
}

#[async_trait]
impl AuthenticateDevice for AuthenticateDeviceService {
    async fn authenticate(&self, request: SignedRequest) -> Result<AuthenticatedDevice, Refusal> {
        let SignedRequest { claim, signature, route, from } = request;
        let now = self.clock.now();
        let signature = ClientSignature::parse(&signature).ok_or(SignatureRefused::Wrong)?;
        let until = claim.at.plus(self.window);
        let claim = self.signatures.verify(claim, &signature).ok_or(SignatureRefused::Wrong)?;
        let device = AuthenticatedDevice::of(&claim, now, self.window)?;
        // An attacker who knows the clients' salt can make any number of signatures. So a network's quota comes first: what
        // it refuses takes no room that others need.
        match route {
            SignedRoute::Register => self.limits.resume(from).await?,
            SignedRoute::Upgrade | SignedRoute::LogIn => self.limits.enter(from).await?,
        }
        match self.replays.note(&signature.replay_key(), from.widest_network(), until, now).await? {
            Use::First => Ok(device),
            Use::Repeated => Err(Refusal::Replayed),
            Use::NoRoom { retry_after } => Err(Refusal::RateLimited { retry_after }),
        }
    }
}
