use async_trait::async_trait;
use usher_domain::{
    AdministratorName, AuditAction, AuditContext, AuditRecord, Invitation, PasswordHash, SessionId, Timestamp,
};
use usher_ports::outbound::{AddAdministrator, AdministratorInvitations, Invited, NewAdministrator};

use super::{Administrators, MemoryAdministrators, Result, added_by};
use crate::lock;

impl Administrators {
    fn live(&self, now: Timestamp) -> impl Iterator<Item = &(SessionId, Invitation)> {
        self.invitations.values().filter(move |(_, invitation)| invitation.expires_at > now)
    }

    fn invite(&mut self, id: SessionId, invitation: &Invitation) -> Invited {
        match (invitation.role, self.accounts.contains_key(&invitation.name)) {
            (Some(_), true) => Invited::NameTaken,
            (None, false) => Invited::NotFound,
            _ => {
                self.invitations.insert(invitation.name.clone(), (id, invitation.clone()));
                Invited::Done
            }
        }
    }

    /// What is to be written down, if it worked.
    fn accept(
        &mut self,
        id: SessionId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Option<Vec<AuditRecord>> {
        let (_, invitation) = self.live(context.at).find(|(known, _)| *known == id)?.clone();
        let Invitation { name, role, .. } = invitation;
        self.invitations.remove(&name);
        if let Some(role) = role {
            let added = self.add(&NewAdministrator { name, role, password: password.clone() }, context.at);
            let is_new = matches!(added, AddAdministrator::Added(_));
            return added_by(&added, context).filter(|_| is_new).map(|record| vec![record]);
        }
        let account = self.accounts.get(&name)?.0.id;
        let (_, had_factor) = self.reset(account, password);
        let record = |action| context.record(action, name.as_str());
        let factor = had_factor.then(|| record(AuditAction::SecondFactorOff));
        Some([Some(record(AuditAction::AdministratorPassword)), factor].into_iter().flatten().collect())
    }
}

#[async_trait]
impl AdministratorInvitations for MemoryAdministrators {
    async fn invite(
        &self,
        id: SessionId,
        invitation: &Invitation,
        context: &AuditContext,
    ) -> Result<Invited> {
        let action = match invitation.role {
            Some(_) => AuditAction::AdministratorInvited,
            None => AuditAction::ResetLinkMade,
        };
        let record = |invited: &Invited| {
            (*invited == Invited::Done).then(|| context.record(action, invitation.name.as_str()))
        };
        Ok(self.change(|all| all.invite(id, invitation), record))
    }

    async fn invitation(&self, id: SessionId, now: Timestamp) -> Result<Option<Invitation>> {
        let all = lock(&self.all);
        Ok(all.live(now).find(|(known, _)| *known == id).map(|(_, invitation)| invitation.clone()))
    }

    async fn invitations(&self, now: Timestamp) -> Result<Vec<Invitation>> {
        Ok(lock(&self.all).live(now).map(|(_, invitation)| invitation.clone()).collect())
    }

    async fn withdraw(&self, name: &AdministratorName, context: &AuditContext) -> Result<bool> {
        let record =
            |gone: &bool| gone.then(|| context.record(AuditAction::InvitationWithdrawn, name.as_str()));
        Ok(self.change(|all| all.invitations.remove(name).is_some(), record))
    }

    async fn accept(&self, id: SessionId, password: &PasswordHash, context: &AuditContext) -> Result<bool> {
        let mut all = lock(&self.all);
        let Some(records) = all.accept(id, password, context) else { return Ok(false) };
        for record in records {
            self.audit.write(record);
        }
        Ok(true)
    }
}
