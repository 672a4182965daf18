use std::fmt;

use usher_domain::{Role, SessionId, Timestamp, UserId};

/// What a client presents with each call. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token in its textual form.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the client.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Whose session.
    pub user: UserId,
    /// Which session.
    pub session: SessionId,
    /// What it may do at most.
    pub role: Role,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRejected {
    /// Its time is up.
    #[error("the token expired")]
    Expired,
    /// Not a token of ours.
    #[error("the token is not valid")]
    Invalid,
}

/// Writes and reads tokens.
///
/// - A token must read back as what was written, and must hold nothing else: no name, no device, no hash, no secret.
/// - A token must be rejected once it expired, and when a single character of it was changed.
/// - A token written with the previous key must still be read.
pub trait TokenIssuer: Send + Sync {
    /// A token for a session that begins at `issued_at` and ends at `expires_at` at the latest.
    fn issue(&self, claims: &Claims, issued_at: Timestamp, expires_at: Timestamp) -> Token;

    /// What a token says.
    ///
    /// # Errors
    /// Why it is not believed.
    fn read(&self, token: &str, now: Timestamp) -> Result<Claims, TokenRejected>;
}
