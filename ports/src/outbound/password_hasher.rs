use async_trait::async_trait;
use usher_domain::{PasswordHash, PlainPassword};

/// What a password check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another password.
    Wrong,
    /// The password.
    Right,
    /// The password, but the hash is of an older kind or cost and should be replaced.
    RightButOutdated,
}

/// More passwords wait to be hashed than are allowed to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct HasherBusy;

/// Hashes passwords, slowly and on purpose, without holding up anybody else.
///
/// - A hash must verify with its own password and with no other.
/// - Two hashes of one password must differ.
/// - The SHA-256 hex of the old backend must verify, as outdated.
/// - Text that is no hash must verify with nothing.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A hash of the current kind and cost.
    ///
    /// # Errors
    /// When too many wait.
    async fn hash(&self, password: PlainPassword) -> Result<PasswordHash, HasherBusy>;

    /// Compares. With `None` it must answer [`Verdict::Wrong`] after the same work, so that the time it takes does
    /// not tell whether an account exists.
    ///
    /// # Errors
    /// When too many wait.
    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, HasherBusy>;
}
