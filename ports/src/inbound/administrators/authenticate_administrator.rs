use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{
    Administrator, AdministratorName, ClientAddress, OneTimeCode, PlainPassword, SessionSecret,
};

use crate::inbound::AdminRefusal;

/// A name and a password to check or, at set-up, to register.
#[derive(Clone, Debug)]
pub struct AdministratorCredentials {
    /// The name.
    pub name: AdministratorName,
    /// The password.
    pub password: PlainPassword,
    /// The one-time code, if one was sent that can be one.
    pub code: Option<OneTimeCode>,
    /// The known-browser cookie of an earlier login.
    pub browser: Option<String>,
    /// The client's address.
    pub from: ClientAddress,
}

/// An administrator who just logged in.
#[derive(Clone, Debug)]
pub struct AdministratorSignedIn {
    /// Who.
    pub administrator: Administrator,
    /// The session secret, which authenticates the next requests.
    pub secret: SessionSecret,
    /// The known-browser cookie, sent with the next login.
    pub browser: String,
}

impl AdministratorSignedIn {
    /// How long a browser is known after a login.
    pub const BROWSER_KNOWN_FOR: Duration = Duration::from_hours(180 * 24);
}

/// Logs administrators in and out.
#[async_trait]
pub trait AuthenticateAdministrator: Send + Sync {
    /// Whether there is no administrator yet; the first one is created with the code of the set-up link.
    async fn is_to_be_set_up(&self) -> Result<bool, AdminRefusal>;

    /// Whether this is the code of the set-up link. Guesses have a quota.
    ///
    /// # Errors
    /// [`AdminRefusal::RateLimited`].
    async fn is_set_up_code(&self, code: &str, from: ClientAddress) -> Result<bool, AdminRefusal>;

    /// Creates the first administrator, an owner, and logs them in.
    ///
    /// # Errors
    /// [`AdminRefusal::SetUpClosed`] with another code or when there is an administrator,
    /// [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`].
    async fn set_up(
        &self,
        code: &str,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal>;

    /// Logs an administrator in.
    ///
    /// # Errors
    /// [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`].
    async fn log_in(
        &self,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal>;

    /// The administrator whose session has this secret. `uses` is false for a request that a page sent by itself, without
    /// an act of the administrator: the session is then not extended.
    ///
    /// # Errors
    /// [`AdminRefusal::SignedOut`].
    async fn authenticate(
        &self,
        secret: &SessionSecret,
        from: ClientAddress,
        uses: bool,
    ) -> Result<Administrator, AdminRefusal>;

    /// Ends this session, or all sessions of this administrator.
    async fn log_out(&self, administrator: &Administrator, everywhere: bool) -> Result<(), AdminRefusal>;
}
