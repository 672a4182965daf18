use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use usher_domain::{Role, SessionSecret, Timestamp, UserId};
use usher_ports::outbound::{Claims, Token, TokenIssuer, TokenRejected};

/// JSON web tokens (RFC 7519) signed with HMAC-SHA256.
///
/// They name user, session, role and expiry and nothing else. A valid token alone lets nobody in: the session it names
/// decides. Two keys are read, one is written with, so that a key can be replaced without logging anybody out.
pub struct HmacTokens {
    writing: EncodingKey,
    reading: Vec<DecodingKey>,
    validation: Validation,
}

impl HmacTokens {
    /// With the current key, and the one before it if that is still to be read.
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The clock is a port, so the expiry is checked here and not by the library.
        validation.validate_exp = false;
        let keys = [Some(current), previous];
        Self {
            writing: EncodingKey::from_secret(current),
            reading: keys.into_iter().flatten().map(DecodingKey::from_secret).collect(),
            validation,
        }
    }
}

impl fmt::Debug for HmacTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacTokens({} keys)", self.reading.len())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The user's number, in decimal as RFC 7519 asks for.
    sub: String,
    /// The session's secret, in hexadecimal.
    sid: String,
    role: String,
    /// Seconds since the Unix epoch.
    exp: i64,
}

impl TokenIssuer for HmacTokens {
    fn issue(&self, user: UserId, secret: &SessionSecret, role: Role, expires_at: Timestamp) -> Token {
        let body = Body {
            sub: user.to_string(),
            sid: hex::encode(secret.expose()),
            role: role.as_str().to_owned(),
            exp: expires_at.as_millis() / 1_000,
        };
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes keys of any length, and four strings always serialise"
        )]
        let text = encode(&Header::new(Algorithm::HS256), &body, &self.writing).expect("a token");
        Token::new(text)
    }

    fn read(&self, token: &str, now: Timestamp) -> Result<Claims, TokenRejected> {
        let read = |key| decode::<Body>(token, key, &self.validation).ok();
        let body = self.reading.iter().find_map(read).ok_or(TokenRejected::Invalid)?.claims;
        if body.exp <= now.as_millis() / 1_000 {
            return Err(TokenRejected::Expired);
        }
        claims(&body).ok_or(TokenRejected::Invalid)
    }
}

fn claims(body: &Body) -> Option<Claims> {
    let mut secret = [0; 32];
    hex::decode_to_slice(&body.sid, &mut secret).ok()?;
    Some(Claims {
        user: UserId(body.sub.parse().ok()?),
        session: SessionSecret::new(secret).id(),
        role: body.role.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_the_none_algorithm_and_foreign_tokens() {
        let tokens = HmacTokens::new(&[1; 32], None);
        let now = Timestamp::from_millis(0);
        for foreign in [
            "",
            "abc",
            "..",
            "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpZCI6NDd9.AAAA",
        ] {
            assert_eq!(tokens.read(foreign, now), Err(TokenRejected::Invalid), "{foreign}");
        }
    }
}
