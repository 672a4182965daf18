use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    PasswordHash, SessionId, Timestamp,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorRepository, NewAdministrator, RemoveAdministrator, StoreError,
};

use crate::lock;

type Result<T> = std::result::Result<T, StoreError>;

/// Administrators in the process.
#[derive(Debug, Default)]
pub struct MemoryAdministrators(Mutex<Administrators>);

#[derive(Debug, Default)]
struct Administrators {
    accounts: BTreeMap<AdministratorName, (AdministratorAccount, PasswordHash)>,
    sessions: HashMap<SessionId, AdministratorSession>,
    added: i64,
}

impl Administrators {
    fn add(&mut self, new: &NewAdministrator) -> AddAdministrator {
        if self.accounts.contains_key(&new.name) {
            return AddAdministrator::NameTaken;
        }
        self.added += 1;
        let account = AdministratorAccount {
            id: AdministratorId(self.added),
            name: new.name.clone(),
            role: new.role,
            created_at: new.at,
            last_login_at: None,
        };
        self.accounts.insert(new.name.clone(), (account.clone(), new.password.clone()));
        AddAdministrator::Added(account)
    }

    fn get(&mut self, id: AdministratorId) -> Option<&mut (AdministratorAccount, PasswordHash)> {
        self.accounts.values_mut().find(|(account, _)| account.id == id)
    }

    fn set_password(&mut self, id: AdministratorId, password: &PasswordHash) -> bool {
        let Some((_, kept)) = self.get(id) else { return false };
        *kept = password.clone();
        self.end_all(id);
        true
    }

    fn remove(&mut self, id: AdministratorId) -> RemoveAdministrator {
        let Some((account, _)) = self.get(id).cloned() else { return RemoveAdministrator::NotFound };
        let owners = self.accounts.values().filter(|(it, _)| it.role == AdministratorRole::Owner).count();
        if account.role == AdministratorRole::Owner && owners == 1 {
            return RemoveAdministrator::LastOwner;
        }
        self.accounts.remove(&account.name);
        self.end_all(id);
        RemoveAdministrator::Removed
    }

    fn open(&mut self, session: &AdministratorSession, password: &PasswordHash) -> bool {
        let Some((account, kept)) = self.get(session.administrator) else { return false };
        if kept != password {
            return false;
        }
        account.last_login_at = Some(session.started_at);
        self.sessions.insert(session.id, session.clone());
        true
    }

    fn end_all(&mut self, id: AdministratorId) {
        self.sessions.retain(|_, session| session.administrator != id);
    }
}

#[async_trait]
impl AdministratorRepository for MemoryAdministrators {
    async fn add(&self, new: &NewAdministrator) -> Result<AddAdministrator> {
        Ok(lock(&self.0).add(new))
    }

    async fn add_first(&self, new: &NewAdministrator) -> Result<AddAdministrator> {
        let mut all = lock(&self.0);
        Ok(if all.accounts.is_empty() { all.add(new) } else { AddAdministrator::NotTheFirst })
    }

    async fn list(&self) -> Result<Vec<AdministratorAccount>> {
        Ok(lock(&self.0).accounts.values().map(|(account, _)| account.clone()).collect())
    }

    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> Result<Option<(AdministratorAccount, PasswordHash)>> {
        Ok(lock(&self.0).accounts.get(name).cloned())
    }

    async fn set_password(&self, id: AdministratorId, password: &PasswordHash) -> Result<bool> {
        Ok(lock(&self.0).set_password(id, password))
    }

    async fn remove(&self, id: AdministratorId) -> Result<RemoveAdministrator> {
        Ok(lock(&self.0).remove(id))
    }

    async fn open(&self, session: &AdministratorSession, password: &PasswordHash) -> Result<bool> {
        Ok(lock(&self.0).open(session, password))
    }

    async fn find_session(
        &self,
        id: SessionId,
    ) -> Result<Option<(AdministratorSession, AdministratorAccount)>> {
        let mut all = lock(&self.0);
        let Some(session) = all.sessions.get(&id).cloned() else { return Ok(None) };
        let account = all.get(session.administrator).map(|(account, _)| account.clone());
        Ok(account.map(|account| (session, account)))
    }

    async fn extend(&self, id: SessionId, seen_at: Timestamp, expires_at: Timestamp) -> Result<()> {
        if let Some(session) = lock(&self.0).sessions.get_mut(&id) {
            (session.seen_at, session.expires_at) = (seen_at, expires_at);
        }
        Ok(())
    }

    async fn end(&self, id: SessionId) -> Result<()> {
        lock(&self.0).sessions.remove(&id);
        Ok(())
    }

    async fn end_all(&self, id: AdministratorId) -> Result<()> {
        lock(&self.0).end_all(id);
        Ok(())
    }

    async fn purge(&self, moment: Timestamp) -> Result<u64> {
        let mut all = lock(&self.0);
        let before = all.sessions.len();
        all.sessions.retain(|_, session| session.expires_at >= moment);
        Ok((before - all.sessions.len()) as u64)
    }
}
