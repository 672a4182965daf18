use async_trait::async_trait;
use usher_domain::{
    Administrator, AdministratorSession, OneTimeCode, PlainPassword, RecoveryCode, SessionId, TotpSecret,
};

use crate::inbound::AdminRefusal;

/// How an administrator's own account is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSecurity {
    /// How many recovery codes are left; none if there is no second factor.
    pub recovery_codes: Option<u32>,
    /// Whether there must be a second factor.
    pub required: bool,
}

/// A session of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// The session.
    pub session: AdministratorSession,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A second factor that the administrator may turn on.
#[derive(Clone, Debug)]
pub struct FactorOffer {
    /// What the app and Usher will share.
    pub secret: TotpSecret,
    /// The same, as it is typed into an app.
    pub base32: String,
    /// The same, as an app reads it from a picture.
    pub url: String,
}

/// Secures an administrator's own account. Every change takes the password again, and a change of the
/// second factor also a code from it. A change ends all other sessions.
#[async_trait]
pub trait SecureAccount: Send + Sync {
    /// How it is secured.
    async fn security(&self, by: &Administrator) -> Result<AccountSecurity, AdminRefusal>;

    /// A new secret. It is not stored.
    ///
    /// # Errors
    /// [`AdminRefusal::NotApplicable`] for an operator at the machine, who has no account.
    fn offer(&self, by: &Administrator, secret: Option<TotpSecret>) -> Result<FactorOffer, AdminRefusal>;

    /// Turns the second factor on, with a code that shows that the app has it, and a current code of the one before if
    /// there is one; tells the recovery codes, once.
    ///
    /// # Errors
    /// [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`].
    async fn turn_on(
        &self,
        by: &Administrator,
        password: PlainPassword,
        secret: TotpSecret,
        code: &str,
        current: Option<OneTimeCode>,
    ) -> Result<Vec<RecoveryCode>, AdminRefusal>;

    /// Makes new recovery codes; tells them, once.
    ///
    /// # Errors
    /// [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`], [`AdminRefusal::Busy`].
    async fn renew_codes(
        &self,
        by: &Administrator,
        password: PlainPassword,
        code: OneTimeCode,
    ) -> Result<Vec<RecoveryCode>, AdminRefusal>;

    /// Turns it off.
    ///
    /// # Errors
    /// [`AdminRefusal::FactorRequired`], [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`],
    /// [`AdminRefusal::Busy`].
    async fn turn_off(
        &self,
        by: &Administrator,
        password: PlainPassword,
        code: OneTimeCode,
    ) -> Result<(), AdminRefusal>;

    /// Sets another password and ends all sessions, this one as well.
    ///
    /// # Errors
    /// [`AdminRefusal::WeakPassword`], [`AdminRefusal::WrongCredentials`], [`AdminRefusal::RateLimited`],
    /// [`AdminRefusal::Busy`].
    async fn change_password(
        &self,
        by: &Administrator,
        current: PlainPassword,
        new: PlainPassword,
    ) -> Result<(), AdminRefusal>;

    /// The live sessions, the newest first.
    async fn sessions(&self, by: &Administrator) -> Result<Vec<OwnSession>, AdminRefusal>;

    /// Ends one of them, or all others if none is named.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn end_session(&self, by: &Administrator, session: Option<SessionId>) -> Result<(), AdminRefusal>;
}
