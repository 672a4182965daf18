use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    AdministratorName, AdministratorRole, AuditContext, ClientAddress, Invitation, NewPassword, Owner,
    PlainPassword, Reason, SessionSecret,
};
use usher_ports::inbound::{AdminRefusal, InviteAdministrators};
use usher_ports::outbound::{
    AdministratorInvitations, Clock, HasherBusy, IdSource, Invited, Lane, PasswordHasher,
};

/// Makes one-time links, and honours them.
pub struct InviteAdministratorsService {
    /// Keeps them.
    pub invitations: Arc<dyn AdministratorInvitations>,
    /// Hashes the passwords that their holders choose.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Draws them.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
}

impl InviteAdministratorsService {
    async fn link(
        &self,
        by: Owner<'_>,
        name: AdministratorName,
        role: Option<AdministratorRole>,
    ) -> Result<SessionSecret, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let secret = self.ids.session_secret();
        let expires_at = context.at.plus(Invitation::LASTS);
        let invitation = Invitation { name, role, by: context.by.clone(), expires_at };
        match self.invitations.invite(secret.id(), &invitation, &context).await? {
            Invited::Done => Ok(secret),
            Invited::NameTaken => Err(AdminRefusal::NameTaken),
            Invited::NotFound => Err(AdminRefusal::NotFound),
        }
    }
}

#[async_trait]
impl InviteAdministrators for InviteAdministratorsService {
    async fn invite(
        &self,
        by: Owner<'_>,
        name: AdministratorName,
        role: AdministratorRole,
    ) -> Result<SessionSecret, AdminRefusal> {
        self.link(by, name, Some(role)).await
    }

    async fn reset(&self, by: Owner<'_>, name: AdministratorName) -> Result<SessionSecret, AdminRefusal> {
        self.link(by, name, None).await
    }

    async fn pending(&self, _by: Owner<'_>) -> Result<Vec<Invitation>, AdminRefusal> {
        Ok(self.invitations.invitations(self.clock.now()).await?)
    }

    async fn withdraw(&self, by: Owner<'_>, name: &AdministratorName) -> Result<(), AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let withdrawn = self.invitations.withdraw(name, &context).await?;
        withdrawn.then_some(()).ok_or(AdminRefusal::NotFound)
    }

    async fn look(&self, secret: &SessionSecret) -> Result<Invitation, AdminRefusal> {
        let found = self.invitations.invitation(secret.id(), self.clock.now()).await?;
        found.ok_or(AdminRefusal::LinkGone)
    }

    /// A password is hashed for a link that works only, so that guessing costs no more than a query.
    async fn accept(
        &self,
        secret: &SessionSecret,
        password: PlainPassword,
        from: ClientAddress,
    ) -> Result<(), AdminRefusal> {
        let Invitation { name, .. } = self.look(secret).await?;
        let password = NewPassword::choose(password, name.as_str())?.into_plain();
        let hash = self.hasher.hash(password, Lane::Administrator).await;
        let hash = hash.map_err(|HasherBusy| AdminRefusal::Busy)?;
        let (by, at) = (name.as_str().to_owned(), self.clock.now());
        let context = AuditContext { by, from: Some(from.ip()), at, reason: Reason::default() };
        let used = self.invitations.accept(secret.id(), &hash, &context).await?;
        used.then_some(()).ok_or(AdminRefusal::LinkGone)
    }
}
