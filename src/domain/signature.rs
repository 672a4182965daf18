use std::fmt;
use std::time::Duration;

use crate::{DeviceId, Timestamp};

/// What a client signs: a device and a moment. The device is as it was sent, because the signature covers that text.
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
    #[error("the signature is not of this moment")]
    Stale,
    /// The device id is none.
    #[error("the device id is not valid")]
    Device,
}

/// Proof that a call was signed for this device, a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenDevice {
    id: DeviceId,
}

impl ProvenDevice {
    /// Decides whether a claim is believed, in the order in which the old backend looked.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn establish(
        claim: &SignedClaim,
        genuine: bool,
        now: Timestamp,
        window: Duration,
    ) -> Result<Self, SignatureRefused> {
        if !genuine {
            return Err(SignatureRefused::Wrong);
        }
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

    fn establish(sent_at: i64, genuine: bool) -> Result<ProvenDevice, SignatureRefused> {
        let claim = SignedClaim { device: "d".repeat(36), at: Timestamp::from_millis(sent_at) };
        ProvenDevice::establish(&claim, genuine, Timestamp::from_millis(1_000_000), WINDOW)
    }

    #[test]
    fn the_window_is_closed_on_both_sides() {
        assert!(establish(700_000, true).is_ok() && establish(1_300_000, true).is_ok());
        for outside in [699_999, 1_300_001, 0, i64::MAX, i64::MIN] {
            assert_eq!(establish(outside, true), Err(SignatureRefused::Stale), "{outside}");
        }
        assert_eq!(establish(0, false), Err(SignatureRefused::Wrong));
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
