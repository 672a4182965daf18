use async_trait::async_trait;
use usher_domain::{
    AdministratorName, AdministratorRole, ClientAddress, Invitation, Owner, PlainPassword, SessionSecret,
};

use crate::inbound::AdminRefusal;

/// One-time links: nobody types a password for another, and none is sent. A link is 256 random bits, of which the store has
/// the digest (OWASP Forgot Password Cheat Sheet).
#[async_trait]
pub trait InviteAdministrators: Send + Sync {
    /// Makes a link that makes an administrator. It takes the place of an earlier one for the name.
    ///
    /// # Errors
    /// [`AdminRefusal::NameTaken`].
    async fn invite(
        &self,
        by: Owner<'_>,
        name: AdministratorName,
        role: AdministratorRole,
    ) -> Result<SessionSecret, AdminRefusal>;

    /// Makes a link that gives an administrator a new password, ends their sessions and turns their second factor off when it is
    /// used.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn reset(&self, by: Owner<'_>, name: AdministratorName) -> Result<SessionSecret, AdminRefusal>;

    /// The links that work, by name.
    ///
    /// # Errors
    /// When the store fails.
    async fn pending(&self, by: Owner<'_>) -> Result<Vec<Invitation>, AdminRefusal>;

    /// Makes the link for a name stop working.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn withdraw(&self, by: Owner<'_>, name: &AdministratorName) -> Result<(), AdminRefusal>;

    /// What a link lets its holder do.
    ///
    /// # Errors
    /// [`AdminRefusal::LinkGone`] if it does not work, whatever the reason.
    async fn look(&self, secret: &SessionSecret) -> Result<Invitation, AdminRefusal>;

    /// Uses a link.
    ///
    /// # Errors
    /// [`AdminRefusal::LinkGone`], [`AdminRefusal::WeakPassword`], [`AdminRefusal::Busy`].
    async fn accept(
        &self,
        secret: &SessionSecret,
        password: PlainPassword,
        from: ClientAddress,
    ) -> Result<(), AdminRefusal>;
}
