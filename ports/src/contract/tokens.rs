//! The laws of a [`TokenIssuer`].

use std::sync::Arc;

use usher_domain::{Role, SessionId, UserId};

use super::{NOW, later};
use crate::outbound::{Claims, Token, TokenIssuer, TokenRejected};

/// Issuers of one installation, before and after its key was replaced.
pub struct Issuers {
    /// With the first key.
    pub before: Arc<dyn TokenIssuer>,
    /// With a second key, and the first as the previous one.
    pub after: Arc<dyn TokenIssuer>,
    /// With a third key, and the second as the previous one.
    pub long_after: Arc<dyn TokenIssuer>,
}

const SESSION: SessionId = SessionId::from_store([0xa5; 32]);

/// A token that ends a minute from [`NOW`].
fn issue(issuer: &Arc<dyn TokenIssuer>, user: UserId, role: Role) -> Token {
    issuer.issue(&Claims { user, session: SESSION, role }, NOW, later(60))
}

/// A token reads back as what was written.
pub async fn a_token_reads_back(issuers: &Issuers) {
    for (user, role) in [(UserId(1), Role::Visitor), (UserId(i64::MAX), Role::User)] {
        let token = issue(&issuers.before, user, role);
        let claims = Claims { user, session: SESSION, role };
        assert_eq!(issuers.before.read(token.expose(), NOW), Ok(claims));
    }
}

/// A token is read until its time is up, to the second.
pub async fn a_token_expires(issuers: &Issuers) {
    let token = issue(&issuers.before, UserId(1), Role::User);
    assert!(issuers.before.read(token.expose(), later(59)).is_ok());
    for second in [60, 61, 1_000_000] {
        assert_eq!(issuers.before.read(token.expose(), later(second)), Err(TokenRejected::Expired));
    }
}

/// A token with one other character, one less or one more is not believed.
pub async fn a_changed_token_is_rejected(issuers: &Issuers) {
    let token = issue(&issuers.before, UserId(1), Role::Visitor);
    let text = token.expose();
    for place in 0..text.len() {
        let (head, tail) = text.split_at(place);
        let changed = if tail.starts_with('x') { "y" } else { "x" };
        let other = format!("{head}{changed}{}", &tail[1..]);
        assert_eq!(issuers.before.read(&other, NOW), Err(TokenRejected::Invalid), "at {place}");
        assert_eq!(issuers.before.read(head, NOW), Err(TokenRejected::Invalid), "cut at {place}");
    }
    for longer in [format!("{text}x"), format!("{text}.x"), format!(" {text}"), format!("{text}=")] {
        assert_eq!(issuers.before.read(&longer, NOW), Err(TokenRejected::Invalid), "{longer}");
    }
}

/// What is no token is not believed.
pub async fn what_is_no_token_is_rejected(issuers: &Issuers) {
    for text in
        ["", ".", "..", "...", "null", "undefined", "Bearer", "{}", "令牌", "\0", "eyJhbGciOiJub25lIn0.e30."]
    {
        assert_eq!(issuers.before.read(text, NOW), Err(TokenRejected::Invalid), "{text}");
    }
}

/// A token of the previous key is read, one of an earlier or a later key is not.
pub async fn the_previous_key_is_still_read(issuers: &Issuers) {
    let old = issue(&issuers.before, UserId(1), Role::User);
    let new = issue(&issuers.after, UserId(1), Role::User);
    assert!(issuers.after.read(old.expose(), NOW).is_ok());
    assert!(issuers.after.read(new.expose(), NOW).is_ok());
    assert_eq!(issuers.long_after.read(old.expose(), NOW), Err(TokenRejected::Invalid));
    assert_eq!(issuers.before.read(new.expose(), NOW), Err(TokenRejected::Invalid));
}

/// A token is never printed by accident.
pub async fn a_token_is_not_printed(issuers: &Issuers) {
    let token = issue(&issuers.before, UserId(1), Role::User);
    assert_eq!(format!("{token:?}"), "Token(..)");
}

/// Tests a token issuer: `tokens_contract!(hmac, setup())`, where the setup yields `(Issuers, guard)`.
#[macro_export]
macro_rules! tokens_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            tokens,
            [
                a_token_reads_back,
                a_token_expires,
                a_changed_token_is_rejected,
                what_is_no_token_is_rejected,
                the_previous_key_is_still_read,
                a_token_is_not_printed,
            ]
        );
    };
}
