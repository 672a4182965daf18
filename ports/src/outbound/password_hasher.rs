use async_trait::async_trait;
use usher_domain::{Network, PasswordHash, PlainPassword};

/// The outcome of a password check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// The password is wrong.
    Wrong,
    /// The password is right.
    Right,
    /// The password is right, but the hash is of an older kind or cost and should be replaced.
    RightButOutdated,
}

/// Who has a password hashed. Each lane has a queue of its own, and the lanes take turns, so that none waits for what
/// is queued in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Administrators: with a session, or with a browser in which they logged in before.
    Administrator,
    /// Callers who say that they are administrators, from this network.
    AdministratorStranger(Network),
    /// Users on a network or a device that their account knows, from this network. An attacker can register accounts and be
    /// one.
    User(Network),
    /// All others, from this network.
    Stranger(Network),
}

/// More passwords wait to be hashed than are allowed to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct HasherBusy;

/// Hashes passwords, deliberately slowly, without delaying other requests.
///
/// - A hash must verify with its own password and with no other.
/// - Two hashes of one password must differ.
/// - The SHA-256 hex of the old backend must verify, as outdated.
/// - Text that is no hash must verify with nothing.
/// - However many wait in one lane, the others must be served.
/// - However many of one network wait, a caller from another network must find a place.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A hash of the current kind and cost.
    ///
    /// # Errors
    /// When too many wait.
    async fn hash(&self, password: PlainPassword, lane: Lane) -> Result<PasswordHash, HasherBusy>;

    /// Compares. With `None` it must answer [`PasswordCheck::Wrong`] after the same work, so that the time it takes does
    /// not tell whether an account exists.
    ///
    /// # Errors
    /// When too many wait.
    async fn verify(
        &self,
        password: PlainPassword,
        hash: Option<PasswordHash>,
        lane: Lane,
    ) -> Result<PasswordCheck, HasherBusy>;
}
