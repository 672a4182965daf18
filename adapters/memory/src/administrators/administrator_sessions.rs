use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorSession, AuditAction, AuditContext, PasswordHash,
    SecondFactorResponse, SessionId, Timestamp,
};
use usher_ports::outbound::AdministratorSessions;

use super::{Administrators, MemoryAdministrators, Result};
use crate::lock;

impl Administrators {
    fn open(
        &mut self,
        session: &AdministratorSession,
        password: &PasswordHash,
        response: Option<&SecondFactorResponse>,
    ) -> bool {
        let right = self.get(session.administrator).is_some_and(|(_, kept)| kept == password);
        if !right || !self.consume(session.administrator, response) {
            return false;
        }
        let Some((account, _)) = self.get(session.administrator) else { return false };
        account.last_login_at = Some(session.started_at);
        self.sessions.insert(session.id, session.clone());
        true
    }

    pub(super) fn end_all(&mut self, id: AdministratorId, keep: Option<SessionId>) -> bool {
        let before = self.sessions.len();
        self.sessions.retain(|_, session| session.administrator != id || Some(session.id) == keep);
        self.sessions.len() < before
    }
}

#[async_trait]
impl AdministratorSessions for MemoryAdministrators {
    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        response: Option<SecondFactorResponse>,
        context: &AuditContext,
    ) -> Result<bool> {
        let record = |opened: &bool| opened.then(|| context.record(AuditAction::LoggedIn, ""));
        Ok(self.change(|all| all.open(session, password, response.as_ref()), record))
    }

    async fn find_session(
        &self,
        id: SessionId,
    ) -> Result<Option<(AdministratorSession, AdministratorAccount)>> {
        let mut all = lock(&self.all);
        let Some(session) = all.sessions.get(&id).cloned() else { return Ok(None) };
        let account = all.get(session.administrator).map(|(account, _)| account.clone());
        Ok(account.map(|account| (session, account)))
    }

    async fn sessions(&self, id: AdministratorId) -> Result<Vec<AdministratorSession>> {
        let all = lock(&self.all);
        let own = all.sessions.values().filter(|session| session.administrator == id);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by_key(|session| (std::cmp::Reverse(session.started_at), *session.id.as_bytes()));
        Ok(own)
    }

    async fn extend(&self, id: SessionId, seen_at: Timestamp, expires_at: Timestamp) -> Result<()> {
        if let Some(session) = lock(&self.all).sessions.get_mut(&id) {
            (session.seen_at, session.expires_at) = (seen_at, expires_at);
        }
        Ok(())
    }

    async fn end(&self, id: SessionId, context: &AuditContext) -> Result<()> {
        let record = |ended: &bool| ended.then(|| context.record(AuditAction::LoggedOut, ""));
        self.change(|all| all.sessions.remove(&id).is_some(), record);
        Ok(())
    }

    async fn end_all(
        &self,
        id: AdministratorId,
        keep: Option<SessionId>,
        context: &AuditContext,
    ) -> Result<()> {
        let record = |ended: &bool| ended.then(|| context.record(AuditAction::LoggedOut, "everywhere"));
        self.change(|all| all.end_all(id, keep), record);
        Ok(())
    }

    async fn purge(&self, before: Timestamp) -> Result<u64> {
        let mut all = lock(&self.all);
        let count = all.sessions.len();
        all.sessions.retain(|_, session| session.expires_at >= before);
        Ok((count - all.sessions.len()) as u64)
    }
}
