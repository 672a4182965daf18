use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use usher_domain::{AdministratorName, Timestamp};
use usher_ports::outbound::KnownBrowsers;

/// Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"), as JSON web tokens.
///
/// Their key is made of the one that session tokens are signed with, and is another one: neither is read as the other.
pub struct HmacBrowsers {
    writing: EncodingKey,
    reading: Vec<DecodingKey>,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    sub: String,
    /// Milliseconds since the Unix epoch.
    iat: i64,
}

impl HmacBrowsers {
    /// With the current token key, and the one before it if that is still to be read.
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // How long one is good is decided where it is used; the time is a port.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let keys: Vec<_> = [Some(current), previous].into_iter().flatten().map(derived).collect();
        Self {
            writing: EncodingKey::from_secret(&derived(current)),
            reading: keys.iter().map(|key| DecodingKey::from_secret(key)).collect(),
            validation,
        }
    }
}

fn derived(key: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(b"the browsers of administrators").chain_update(key).finalize().into()
}

impl fmt::Debug for HmacBrowsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacBrowsers({} keys)", self.reading.len())
    }
}

impl KnownBrowsers for HmacBrowsers {
    fn issue(&self, name: &AdministratorName, at: Timestamp) -> String {
        let body = Body { sub: name.as_str().to_owned(), iat: at.as_millis() };
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes keys of any length, and a string and a number always serialise"
        )]
        encode(&Header::new(Algorithm::HS256), &body, &self.writing).expect("a token")
    }

    fn read(&self, text: &str) -> Option<(AdministratorName, Timestamp)> {
        let read = |key| decode::<Body>(text, key, &self.validation).ok();
        let body = self.reading.iter().find_map(read)?.claims;
        Some((AdministratorName::parse(&body.sub).ok()?, Timestamp::from_millis(body.iat)))
    }
}
