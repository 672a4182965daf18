use std::fmt;
use std::time::Duration;

use subtle::{Choice, ConstantTimeEq as _};

use crate::{DeviceId, Timestamp};

/// What a client signs: a device and a timestamp. The device is as it was sent, because the signature covers that text.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedClaim {
    /// The device id as it was sent.
    pub device: String,
    /// The client's clock.
    pub at: Timestamp,
}

impl fmt::Debug for SignedClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedClaim").field("at", &self.at).finish_non_exhaustive()
    }
}

impl SignedClaim {
    /// Believes the claim if `signature` is one of those that were computed for it. All are compared each time, so that how
    /// long it takes tells nothing about which one fits.
    ///
    /// Only the adapter that computes them may call this; a test of the project's layers holds it to that.
    pub fn verified(
        self,
        signature: &ClientSignature,
        computed: impl IntoIterator<Item = [u8; 32]>,
    ) -> Option<VerifiedClaim> {
        let fits = computed.into_iter().map(|digest| digest.ct_eq(&signature.0));
        bool::from(fits.fold(Choice::from(0), |any, one| any | one)).then_some(VerifiedClaim(self))
    }
}

/// Proof that a claim carries the signature that was computed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedClaim(SignedClaim);

/// A signature: 64 lower-case hexadecimal digits, kept as the 32 bytes they stand for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientSignature([u8; 32]);

impl ClientSignature {
    /// Reads the header's text; `None` where it can be no signature at all.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        (!upper).then_some(Self(bytes))
    }

    /// From the digest that it is.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What it is remembered by, so that it is good once.
    pub const fn replay_key(&self) -> ReplayKey {
        ReplayKey(self.0)
    }
}

/// What a signature is remembered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplayKey(..)")
    }
}

impl fmt::Display for ClientSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ClientSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSignature(..)")
    }
}

/// The signed routes. The clients' signature does not name the route, so it is good once, on whichever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignedRoute {
    /// Registering or resuming a visitor.
    Register,
    /// Upgrading a visitor.
    Upgrade,
    /// Logging in from a visitor's device.
    LogIn,
}

/// Why a signed call is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureRefused {
    /// Not made with a salt that is in use.
    #[error("the signature is wrong")]
    Wrong,
    /// Made too long ago, or too far in the future.
    #[error("the signature is not of this time")]
    Stale,
    /// The device id is none.
    #[error("the device id is not valid")]
    Device,
}

/// Proof that a call was signed for this device, within the accepted window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedDevice {
    id: DeviceId,
}

impl AuthenticatedDevice {
    /// Decides whether a verified claim is within the accepted window and names a device, in the order in which the old
    /// backend looked.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(
        VerifiedClaim(claim): &VerifiedClaim,
        now: Timestamp,
        window: Duration,
    ) -> Result<Self, SignatureRefused> {
        if now.since(claim.at) > window || claim.at.since(now) > window {
            return Err(SignatureRefused::Stale);
        }
        let id = DeviceId::parse(&claim.device).map_err(|_| SignatureRefused::Device)?;
        Ok(Self { id })
    }

    /// The device.
    pub const fn id(&self) -> &DeviceId {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_mins(5);

    const SIGNATURE: ClientSignature = ClientSignature::from_bytes([7; 32]);

    fn claim(sent_at: i64) -> SignedClaim {
        SignedClaim { device: "d".repeat(36), at: Timestamp::from_millis(sent_at) }
    }

    fn authenticated(sent_at: i64) -> Result<AuthenticatedDevice, SignatureRefused> {
        let verified = claim(sent_at).verified(&SIGNATURE, [[7; 32]]).unwrap();
        AuthenticatedDevice::of(&verified, Timestamp::from_millis(1_000_000), WINDOW)
    }

    #[test]
    fn a_claim_is_verified_by_any_of_the_computed_signatures() {
        for (computed, verified) in [
            (vec![], false),
            (vec![[6; 32]], false),
            (vec![[7; 32], [6; 32]], true),
            (vec![[6; 32], [7; 32]], true),
        ] {
            assert_eq!(claim(0).verified(&SIGNATURE, computed).is_some(), verified);
        }
    }

    #[test]
    fn the_window_is_closed_on_both_sides() {
        assert!(authenticated(700_000).is_ok() && authenticated(1_300_000).is_ok());
        for outside in [699_999, 1_300_001, 0, i64::MAX, i64::MIN] {
            assert_eq!(authenticated(outside), Err(SignatureRefused::Stale), "{outside}");
        }
    }

    #[test]
    fn reads_lower_case_hex_only() {
        let text = "a5b40139b65b13cf214d05c27dece58ebe840d888b12272f0ccd15ea72e68998";
        assert_eq!(ClientSignature::parse(text).unwrap().to_string(), text);
        for bad in [&text.to_uppercase(), &text[1..], "", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(ClientSignature::parse(bad), None);
        }
    }
}
