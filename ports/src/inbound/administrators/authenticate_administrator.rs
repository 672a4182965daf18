use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{
    Administrator, AdministratorName, ClientAddress, OneTimeCode, PlainPassword, SessionSecret,
};

use crate::inbound::AdminRefusal;

/// A name and a password an administrator claims to have, or wants to have.
#[derive(Clone, Debug)]
pub struct AdministratorCredentials {
    /// The name.
    pub name: AdministratorName,
    /// The password.
    pub password: PlainPassword,
    /// What was typed beside it, if it can be a code.
    pub code: Option<OneTimeCode>,
    /// What the browser kept of an earlier login, as it was sent.
    pub browser: Option<String>,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// An administrator who just came in.
#[derive(Clone, Debug)]
pub struct AdministratorSignedIn {
    /// Who.
    pub administrator: Administrator,
    /// To be presented with the next calls.
    pub secret: SessionSecret,
    /// To be kept by the browser, and sent with the next login.
    pub browser: String,
}

impl AdministratorSignedIn {
    /// How long a browser is known after a login.
    pub const BROWSER_KNOWN_FOR: Duration = Duration::from_hours(180 * 24);
}

/// Lets administrators in and out.
#[async_trait]
pub trait AuthenticateAdministrator: Send + Sync {
    /// Whether the first administrator is still to come, who needs the code of the set-up link and no account.
    ///
    /// # Errors
    /// A failed store.
    async fn is_to_be_set_up(&self) -> Result<bool, AdminRefusal>;

    /// Makes the first administrator, an owner, and lets them in.
    ///
    /// # Errors
    /// [`AdminRefusal::SetUpClosed`] with another code or when there is an administrator,
    /// [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`], or a failed store.
    async fn set_up(
        &self,
        code: &str,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal>;

    /// Lets an administrator in.
    ///
    /// # Errors
    /// [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`], or a failed store.
    async fn log_in(
        &self,
        credentials: AdministratorCredentials,
    ) -> Result<AdministratorSignedIn, AdminRefusal>;

    /// Who presents this secret.
    ///
    /// # Errors
    /// [`AdminRefusal::SignedOut`], or a failed store.
    async fn authenticate(
        &self,
        secret: &SessionSecret,
        from: ClientAddress,
    ) -> Result<Administrator, AdminRefusal>;

    /// Ends this session, or all sessions of this administrator.
    ///
    /// # Errors
    /// A failed store.
    async fn log_out(&self, administrator: &Administrator, everywhere: bool) -> Result<(), AdminRefusal>;
}
