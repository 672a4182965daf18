use usher_domain::{AdministratorId, RecoveryDigest, RecoveryTag, SealedSecret, TotpSecret};

use super::StoreError;

/// None of the known keys fits, or the secret was tampered with or belongs to another administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a second factor is not readable with the configured keys")]
pub struct Unreadable;

/// A secret that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSecret {
    /// The secret.
    pub secret: TotpSecret,
    /// Whether it is to be sealed anew: it lay bare, or under an older key.
    pub outdated: bool,
}

/// Encrypts what second factors rest on, under keys that are not in the database.
///
/// - What is sealed for an administrator must open for that administrator and for no other, and not when a bit of it
///   differs.
/// - What an older key sealed must open as outdated, and so must a bare secret.
/// - Under a key that is not known nothing must open.
/// - A recovery code must have one tag under one key for one administrator, and another one under another key or for
///   another administrator.
pub trait FactorCipher: Send + Sync {
    /// Encrypts a secret under the current key.
    ///
    /// # Errors
    /// When the system has no random numbers.
    fn seal(&self, of: AdministratorId, secret: &TotpSecret) -> Result<SealedSecret, StoreError>;

    /// Decrypts a secret.
    ///
    /// # Errors
    /// When that cannot be done.
    fn open(&self, of: AdministratorId, sealed: &SealedSecret) -> Result<OpenedSecret, Unreadable>;

    /// The tag of a recovery code under the current key.
    fn tag(&self, of: AdministratorId, code: &RecoveryDigest) -> RecoveryTag;

    /// Its tags under all known keys.
    fn tags(&self, of: AdministratorId, code: &RecoveryDigest) -> Vec<RecoveryTag>;
}
