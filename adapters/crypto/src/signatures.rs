use std::fmt;

use sha2::{Digest, Sha256};
use usher_domain::{ClientSignature, SignedClaim, VerifiedClaim};
use usher_ports::outbound::SignatureVerifier;
use zeroize::Zeroizing;

/// The old clients' signature: the SHA-256 of the sorted parameters, a salt among them.
///
/// The salt is in every client, so this proves that a client wrote the request, not who did. Several salts are good
/// at once, so that a new one can be brought out before the old one is retired.
pub struct SaltedSignatures {
    salts: Vec<Zeroizing<String>>,
}

impl SaltedSignatures {
    /// With these salts, the current one first.
    pub fn new(salts: impl IntoIterator<Item = String>) -> Self {
        Self { salts: salts.into_iter().map(Zeroizing::new).collect() }
    }

    /// The signature a client with the current salt makes; `None` without any salt.
    pub fn sign(&self, claim: &SignedClaim) -> Option<ClientSignature> {
        self.salts.first().map(|salt| ClientSignature::from_bytes(digest(claim, salt)))
    }
}

impl fmt::Debug for SaltedSignatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaltedSignatures({} salts)", self.salts.len())
    }
}

impl SignatureVerifier for SaltedSignatures {
    fn verify(&self, claim: SignedClaim, signature: &ClientSignature) -> Option<VerifiedClaim> {
        let computed: Vec<_> = self.salts.iter().map(|salt| digest(&claim, salt)).collect();
        claim.verified(signature, computed)
    }
}

/// The fixed end of the signed text is part of the clients' protocol.
fn digest(claim: &SignedClaim, salt: &str) -> [u8; 32] {
    let mut text = Sha256::new();
    text.update(format!("deviceId={}&salt=", claim.device));
    text.update(salt);
    text.update(format!("&timestamp={}APP_SECRET", claim.at.as_millis()));
    text.finalize().into()
}
