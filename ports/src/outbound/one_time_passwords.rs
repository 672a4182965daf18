use usher_domain::{AdministratorName, Timestamp, TotpSecret};

/// Checks codes of authenticator apps (RFC 6238: HMAC-SHA-1, six digits, thirty seconds).
///
/// - The vectors of the RFC must hold.
/// - A code must be good one step before and after its own, and no further.
pub trait OneTimePasswords: Send + Sync {
    /// The step of time that a code belongs to, if it is good at this moment.
    fn step(&self, secret: &TotpSecret, code: &str, now: Timestamp) -> Option<i64>;

    /// The secret as it is typed into an app.
    fn base32(&self, secret: &TotpSecret) -> String;

    /// What an app reads from a picture.
    fn url(&self, secret: &TotpSecret, name: &AdministratorName) -> String;
}
