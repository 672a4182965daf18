use usher_domain::{ClientSignature, SignedClaim, VerifiedClaim};

/// Checks signatures of the old clients.
///
/// - The published vector must verify.
/// - Each of the configured salts must verify, so that one can be rotated in before the other is rotated out.
/// - A signature must not verify for another device or another time.
pub trait SignatureVerifier: Send + Sync {
    /// The claim, if `signature` was made for it.
    fn verify(&self, claim: SignedClaim, signature: &ClientSignature) -> Option<VerifiedClaim>;
}
