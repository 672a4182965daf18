//! Administrators, and their sessions beside them, in the process.

mod administrator_invitations;
mod administrator_sessions;
mod second_factor_store;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    AuditAction, AuditContext, AuditRecord, Invitation, PasswordHash, SessionId, Timestamp,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorAccounts, ChangeRole, NewAdministrator, NewSecondFactor,
    RemoveAdministrator, StoreError,
};

use crate::{MemoryAudit, lock};

type Result<T> = std::result::Result<T, StoreError>;

/// Administrators in the process.
#[derive(Debug, Default)]
pub struct MemoryAdministrators {
    all: Mutex<Administrators>,
    audit: Arc<MemoryAudit>,
}

impl MemoryAdministrators {
    /// That write down there what they do.
    pub fn new(audit: Arc<MemoryAudit>) -> Self {
        Self { all: Mutex::default(), audit }
    }

    /// Makes a change, and writes it down if it was one.
    fn change<T>(
        &self,
        make: impl FnOnce(&mut Administrators) -> T,
        record: impl FnOnce(&T) -> Option<AuditRecord>,
    ) -> T {
        let mut all = lock(&self.all);
        let outcome = make(&mut all);
        if let Some(record) = record(&outcome) {
            self.audit.write(record);
        }
        outcome
    }
}

#[derive(Debug, Default)]
struct Administrators {
    accounts: BTreeMap<AdministratorName, (AdministratorAccount, PasswordHash)>,
    sessions: HashMap<SessionId, AdministratorSession>,
    factors: HashMap<AdministratorId, NewSecondFactor>,
    invitations: BTreeMap<AdministratorName, (SessionId, Invitation)>,
    added: i64,
}

impl Administrators {
    fn add(&mut self, new: &NewAdministrator, at: Timestamp) -> AddAdministrator {
        if self.accounts.contains_key(&new.name) {
            return AddAdministrator::NameTaken;
        }
        self.added += 1;
        let account = AdministratorAccount {
            id: AdministratorId(self.added),
            name: new.name.clone(),
            role: new.role,
            created_at: at,
            last_login_at: None,
            second_factor: false,
        };
        self.accounts.insert(new.name.clone(), (account.clone(), new.password.clone()));
        AddAdministrator::Added(account)
    }

    fn get(&mut self, id: AdministratorId) -> Option<&mut (AdministratorAccount, PasswordHash)> {
        self.accounts.values_mut().find(|(account, _)| account.id == id)
    }

    fn name(&mut self, id: AdministratorId) -> String {
        self.get(id).map(|(account, _)| account.name.as_str().to_owned()).unwrap_or_default()
    }

    fn set_password(&mut self, id: AdministratorId, password: &PasswordHash) -> bool {
        let Some((_, kept)) = self.get(id) else { return false };
        *kept = password.clone();
        self.end_all(id, None);
        true
    }

    fn is_last_owner(&self, account: &AdministratorAccount) -> bool {
        let owners = self.accounts.values().filter(|(it, _)| it.role == AdministratorRole::Owner).count();
        account.role == AdministratorRole::Owner && owners == 1
    }

    /// The outcome, and the account as it was if it has another role now.
    fn set_role(
        &mut self,
        id: AdministratorId,
        role: AdministratorRole,
    ) -> (ChangeRole, Option<AdministratorAccount>) {
        let Some((account, _)) = self.get(id).cloned() else { return (ChangeRole::NotFound, None) };
        if role != AdministratorRole::Owner && self.is_last_owner(&account) {
            return (ChangeRole::LastOwner, None);
        }
        if let Some((kept, _)) = self.get(id) {
            kept.role = role;
        }
        (ChangeRole::Changed, Some(account).filter(|before| before.role != role))
    }

    fn remove(&mut self, id: AdministratorId) -> RemoveAdministrator {
        let Some((account, _)) = self.get(id).cloned() else { return RemoveAdministrator::NotFound };
        if self.is_last_owner(&account) {
            return RemoveAdministrator::LastOwner;
        }
        self.accounts.remove(&account.name);
        self.factors.remove(&id);
        self.end_all(id, None);
        RemoveAdministrator::Removed
    }

    fn reset(&mut self, id: AdministratorId, password: &PasswordHash) -> (bool, bool) {
        let set = self.set_password(id, password);
        let had = self.factors.remove(&id).is_some();
        self.note_factor(id);
        (set, had)
    }
}

fn added_by(added: &AddAdministrator, context: &AuditContext) -> Option<AuditRecord> {
    match added {
        AddAdministrator::Added(account) => Some(context.administrator_added(account)),
        AddAdministrator::NameTaken | AddAdministrator::NotTheFirst => None,
    }
}

#[async_trait]
impl AdministratorAccounts for MemoryAdministrators {
    async fn add(&self, new: &NewAdministrator, context: &AuditContext) -> Result<AddAdministrator> {
        Ok(self.change(|all| all.add(new, context.at), |added| added_by(added, context)))
    }

    async fn add_first(&self, new: &NewAdministrator, context: &AuditContext) -> Result<AddAdministrator> {
        let add = |all: &mut Administrators| {
            if all.accounts.is_empty() { all.add(new, context.at) } else { AddAdministrator::NotTheFirst }
        };
        Ok(self.change(add, |added| added_by(added, context)))
    }

    async fn list(&self) -> Result<Vec<AdministratorAccount>> {
        Ok(lock(&self.all).accounts.values().map(|(account, _)| account.clone()).collect())
    }

    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> Result<Option<(AdministratorAccount, PasswordHash)>> {
        Ok(lock(&self.all).accounts.get(name).cloned())
    }

    async fn set_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let record = |set: &bool| set.then(|| context.record(AuditAction::AdministratorPassword, &name));
        Ok(self.change(|all| all.set_password(id, password), record))
    }

    async fn set_role(
        &self,
        id: AdministratorId,
        role: AdministratorRole,
        context: &AuditContext,
    ) -> Result<ChangeRole> {
        let record = |(_, before): &(ChangeRole, Option<AdministratorAccount>)| {
            before.as_ref().map(|before| context.role_changed(before, role))
        };
        Ok(self.change(|all| all.set_role(id, role), record).0)
    }

    async fn remove(&self, id: AdministratorId, context: &AuditContext) -> Result<RemoveAdministrator> {
        let name = lock(&self.all).name(id);
        let record = |outcome: &RemoveAdministrator| {
            let removed = *outcome == RemoveAdministrator::Removed;
            removed.then(|| context.record(AuditAction::AdministratorRemoved, &name))
        };
        Ok(self.change(|all| all.remove(id), record))
    }

    async fn reset(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let record =
            |(set, _): &(bool, bool)| set.then(|| context.record(AuditAction::AdministratorPassword, &name));
        let (set, had) = self.change(|all| all.reset(id, password), record);
        if had {
            self.audit.write(context.record(AuditAction::SecondFactorOff, &name));
        }
        Ok(set)
    }
}
