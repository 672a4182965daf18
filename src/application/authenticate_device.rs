use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{ClientSignature, ProvenDevice, SignatureRefused};
use usher_ports::inbound::{AuthenticateDevice, Refusal, SignedRequest};
use usher_ports::outbound::{Clock, ReplayGuard, SignatureVerifier, Use};

/// Checks the old clients' signatures.
pub struct DeviceAuthentication {
    /// Knows the salts.
    pub signatures: Arc<dyn SignatureVerifier>,
    /// Remembers signatures.
    pub replays: Arc<dyn ReplayGuard>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How far a client's clock may be from ours, either way.
    pub window: Duration,
}

#[async_trait]
impl AuthenticateDevice for DeviceAuthentication {
    async fn authenticate(&self, request: SignedRequest) -> Result<ProvenDevice, Refusal> {
        let SignedRequest { claim, signature, route } = request;
        let now = self.clock.now();
        let signature = ClientSignature::parse(&signature).ok_or(SignatureRefused::Wrong)?;
        let genuine = self.signatures.verify(&claim, &signature);
        let device = ProvenDevice::establish(&claim, genuine, now, self.window)?;
        match self.replays.note(route, &signature, claim.at.plus(self.window), now).await? {
            Use::First => Ok(device),
            Use::Repeated => Err(Refusal::Replayed),
        }
    }
}
