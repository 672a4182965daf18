use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use usher_domain::{SessionId, Timestamp, UserId};
use usher_ports::outbound::{Claims, Token, TokenIssuer, TokenRejected};

/// JSON web tokens (RFC 7519) signed with HMAC-SHA256.
///
/// They hold user, session id, role, issuer, time of issue and expiry and nothing else. A valid token alone grants nothing:
/// the session record decides. Tokens are signed with the current key and verified with the one that their header names
/// (`kid`), the current or the previous one, so that a key can be replaced without ending sessions.
pub struct HmacTokens {
    header: Header,
    writing: EncodingKey,
    /// By key id.
    reading: Vec<(String, DecodingKey)>,
    validation: Validation,
}

/// The `iss` claim.
const ISSUER: &str = "usher";

/// The `kid` of a key. As a truncated digest with a purpose of its own it helps to guess a key no more than a signature
/// does.
fn key_id(key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"the id of a token key").chain_update(key).finalize();
    hex::encode(&digest[..8])
}

impl HmacTokens {
    /// With the current key, and the one before it if that is still to be read.
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The clock is a port, so the expiry is checked here and not by the library.
        validation.validate_exp = false;
        validation.set_issuer(&[ISSUER]);
        let keys = [Some(current), previous].into_iter().flatten();
        Self {
            header: Header { kid: Some(key_id(current)), ..Header::new(Algorithm::HS256) },
            writing: EncodingKey::from_secret(current),
            reading: keys.map(|key| (key_id(key), DecodingKey::from_secret(key))).collect(),
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
    iss: String,
    /// The user's number, in decimal as RFC 7519 asks for.
    sub: String,
    /// The session's id, in hexadecimal.
    sid: String,
    role: String,
    /// Seconds since the Unix epoch.
    iat: i64,
    /// Seconds since the Unix epoch.
    exp: i64,
}

impl TokenIssuer for HmacTokens {
    fn issue(&self, claims: &Claims, issued_at: Timestamp, expires_at: Timestamp) -> Token {
        let body = Body {
            iss: ISSUER.to_owned(),
            sub: claims.user.to_string(),
            sid: hex::encode(claims.session.as_bytes()),
            role: claims.role.as_str().to_owned(),
            iat: issued_at.as_millis() / 1_000,
            exp: expires_at.as_millis() / 1_000,
        };
        #[expect(
            clippy::expect_used,
            reason = "HMAC takes keys of any length, and strings and numbers always serialise"
        )]
        let text = encode(&self.header, &body, &self.writing).expect("a token");
        Token::new(text)
    }

    fn read(&self, token: &str, now: Timestamp) -> Result<Claims, TokenRejected> {
        let invalid = |_| TokenRejected::Invalid;
        let kid = decode_header(token).map_err(invalid)?.kid.ok_or(TokenRejected::Invalid)?;
        let key = self.reading.iter().find_map(|(id, key)| (*id == kid).then_some(key));
        let key = key.ok_or(TokenRejected::Invalid)?;
        let body = decode::<Body>(token, key, &self.validation).map_err(invalid)?.claims;
        if body.exp <= now.as_millis() / 1_000 {
            return Err(TokenRejected::Expired);
        }
        claims(&body).ok_or(TokenRejected::Invalid)
    }
}

fn claims(body: &Body) -> Option<Claims> {
    let mut session = [0; 32];
    hex::decode_to_slice(&body.sid, &mut session).ok()?;
    Some(Claims {
        user: UserId(body.sub.parse().ok()?),
        session: SessionId::from_store(session),
        role: body.role.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_the_none_algorithm_and_foreign_tokens() {
        let key = [1; 32];
        let tokens = HmacTokens::new(&key, None);
        let now = Timestamp::from_millis(0);
        // A token of the release before, under this very key: without a key id, and with a secret in place of the id.
        let body = serde_json::json!({"sub": "1", "sid": "00".repeat(32), "role": "user", "exp": 100});
        let older = encode(&Header::new(Algorithm::HS256), &body, &EncodingKey::from_secret(&key)).unwrap();
        assert_eq!(tokens.read(&older, now), Err(TokenRejected::Invalid));
        for nonsense in [
            "",
            "abc",
            "..",
            "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpZCI6NDd9.AAAA",
        ] {
            assert_eq!(tokens.read(nonsense, now), Err(TokenRejected::Invalid), "{nonsense}");
        }
    }

    #[test]
    fn nodes_in_the_middle_of_a_key_replacement_read_each_others_tokens() {
        let (old, new) = ([1; 32], [2; 32]);
        let prepared = HmacTokens::new(&old, Some(&new));
        let replaced = HmacTokens::new(&new, Some(&old));
        let claims = Claims {
            user: UserId(1),
            session: SessionId::from_store([3; 32]),
            role: usher_domain::Role::User,
        };
        let (start, end) = (Timestamp::from_millis(0), Timestamp::from_millis(60_000));
        for issuer in [&prepared, &replaced] {
            let token = issuer.issue(&claims, start, end);
            for reader in [&prepared, &replaced] {
                assert_eq!(reader.read(token.expose(), start), Ok(claims));
            }
        }
    }

    #[test]
    fn a_token_is_verified_with_the_key_it_names_and_no_other() {
        let (current, previous) = ([1; 32], [2; 32]);
        let tokens = HmacTokens::new(&current, Some(&previous));
        let body = Body {
            iss: ISSUER.to_owned(),
            sub: "1".to_owned(),
            sid: "00".repeat(32),
            role: "user".to_owned(),
            iat: 0,
            exp: 100,
        };
        let read = |kid: &[u8], key: &[u8], body: &Body| {
            let header = Header { kid: Some(key_id(kid)), ..Header::new(Algorithm::HS256) };
            let text = encode(&header, body, &EncodingKey::from_secret(key)).unwrap();
            tokens.read(&text, Timestamp::from_millis(0)).map(|claims| claims.user)
        };
        assert_eq!(read(&current, &current, &body), Ok(UserId(1)));
        assert_eq!(read(&previous, &previous, &body), Ok(UserId(1)));
        assert_eq!(read(&current, &previous, &body), Err(TokenRejected::Invalid));
        assert_eq!(read(&previous, &current, &body), Err(TokenRejected::Invalid));
        let other = Body { iss: "another".to_owned(), ..body };
        assert_eq!(read(&current, &current, &other), Err(TokenRejected::Invalid));
    }
}
