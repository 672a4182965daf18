use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    AuditAction, Deed, PasswordHash, Record, RecoveryDigest, RecoveryTag, SealedSecret, SecondProof,
    SessionId, Timestamp,
};
use usher_ports::outbound::{
    AddAdministrator, AdministratorRepository, FactorChange, NewAdministrator, NewSecondFactor,
    RemoveAdministrator, SecondFactor, StoreError,
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
        record: impl FnOnce(&T) -> Option<Record>,
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

    fn remove(&mut self, id: AdministratorId) -> RemoveAdministrator {
        let Some((account, _)) = self.get(id).cloned() else { return RemoveAdministrator::NotFound };
        let owners = self.accounts.values().filter(|(it, _)| it.role == AdministratorRole::Owner).count();
        if account.role == AdministratorRole::Owner && owners == 1 {
            return RemoveAdministrator::LastOwner;
        }
        self.accounts.remove(&account.name);
        self.factors.remove(&id);
        self.end_all(id, None);
        RemoveAdministrator::Removed
    }

    fn open(
        &mut self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<&SecondProof>,
    ) -> bool {
        let right = self.get(session.administrator).is_some_and(|(_, kept)| kept == password);
        if !right || !self.spend(session.administrator, proof) {
            return false;
        }
        let Some((account, _)) = self.get(session.administrator) else { return false };
        account.last_login_at = Some(session.started_at);
        self.sessions.insert(session.id, session.clone());
        true
    }

    /// Uses a proof up, if it is good.
    fn spend(&mut self, id: AdministratorId, proof: Option<&SecondProof>) -> bool {
        match (self.factors.get_mut(&id), proof) {
            (None, None) => true,
            (Some(factor), Some(SecondProof::Step(step))) if *step > factor.step => {
                factor.step = *step;
                true
            }
            (Some(factor), Some(SecondProof::Recovery(tags))) => {
                let place = factor.codes.iter().position(|code| tags.contains(code));
                place.map(|place| factor.codes.remove(place)).is_some()
            }
            _ => false,
        }
    }

    fn change_factor(
        &mut self,
        id: AdministratorId,
        change: &FactorChange,
        proof: Option<&SecondProof>,
        keep: SessionId,
    ) -> bool {
        if self.get(id).is_none() || !self.spend(id, proof) {
            return false;
        }
        match (change, self.factors.get_mut(&id)) {
            (FactorChange::On(factor), _) => drop(self.factors.insert(id, factor.clone())),
            (FactorChange::Codes(codes), Some(factor)) => factor.codes.clone_from(codes),
            (FactorChange::Codes(_), None) => return false,
            (FactorChange::Off, _) => drop(self.factors.remove(&id)),
        }
        self.note_factor(id);
        self.end_all(id, Some(keep));
        true
    }

    fn reset(&mut self, id: AdministratorId, password: &PasswordHash) -> (bool, bool) {
        let set = self.set_password(id, password);
        let had = self.factors.remove(&id).is_some();
        self.note_factor(id);
        (set, had)
    }

    fn note_factor(&mut self, id: AdministratorId) {
        let has = self.factors.contains_key(&id);
        if let Some((account, _)) = self.get(id) {
            account.second_factor = has;
        }
    }

    fn end_all(&mut self, id: AdministratorId, keep: Option<SessionId>) -> bool {
        let before = self.sessions.len();
        self.sessions.retain(|_, session| session.administrator != id || Some(session.id) == keep);
        self.sessions.len() < before
    }
}

fn added_by(added: &AddAdministrator, deed: &Deed) -> Option<Record> {
    match added {
        AddAdministrator::Added(account) => Some(deed.administrator_added(account)),
        AddAdministrator::NameTaken | AddAdministrator::NotTheFirst => None,
    }
}

#[async_trait]
impl AdministratorRepository for MemoryAdministrators {
    async fn add(&self, new: &NewAdministrator, deed: &Deed) -> Result<AddAdministrator> {
        Ok(self.change(|all| all.add(new, deed.at), |added| added_by(added, deed)))
    }

    async fn add_first(&self, new: &NewAdministrator, deed: &Deed) -> Result<AddAdministrator> {
        let add = |all: &mut Administrators| {
            if all.accounts.is_empty() { all.add(new, deed.at) } else { AddAdministrator::NotTheFirst }
        };
        Ok(self.change(add, |added| added_by(added, deed)))
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

    async fn set_password(&self, id: AdministratorId, password: &PasswordHash, deed: &Deed) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let record = |set: &bool| set.then(|| deed.record(AuditAction::AdministratorPassword, &name));
        Ok(self.change(|all| all.set_password(id, password), record))
    }

    async fn remove(&self, id: AdministratorId, deed: &Deed) -> Result<RemoveAdministrator> {
        let name = lock(&self.all).name(id);
        let record = |outcome: &RemoveAdministrator| {
            let removed = *outcome == RemoveAdministrator::Removed;
            removed.then(|| deed.record(AuditAction::AdministratorRemoved, &name))
        };
        Ok(self.change(|all| all.remove(id), record))
    }

    async fn second_factor(&self, id: AdministratorId) -> Result<Option<SecondFactor>> {
        Ok(lock(&self.all).factors.get(&id).map(|factor| SecondFactor {
            secret: factor.secret.clone(),
            codes_left: u32::try_from(factor.codes.len()).unwrap_or(u32::MAX),
            bare_codes: Vec::new(),
        }))
    }

    async fn change_second_factor(
        &self,
        id: AdministratorId,
        change: &FactorChange,
        proof: Option<SecondProof>,
        keep: SessionId,
        deed: &Deed,
    ) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let action = match change {
            FactorChange::On(_) => AuditAction::SecondFactorOn,
            FactorChange::Codes(_) => AuditAction::RecoveryCodes,
            FactorChange::Off => AuditAction::SecondFactorOff,
        };
        let record = |changed: &bool| changed.then(|| deed.record(action, &name));
        Ok(self.change(|all| all.change_factor(id, change, proof.as_ref(), keep), record))
    }

    async fn protect_second_factor(
        &self,
        id: AdministratorId,
        found: &SealedSecret,
        sealed: &SealedSecret,
        _codes: &[(RecoveryDigest, RecoveryTag)],
    ) -> Result<()> {
        if let Some(factor) = lock(&self.all).factors.get_mut(&id).filter(|it| it.secret == *found) {
            factor.secret = sealed.clone();
        }
        Ok(())
    }

    async fn reset(&self, id: AdministratorId, password: &PasswordHash, deed: &Deed) -> Result<bool> {
        let name = lock(&self.all).name(id);
        let record =
            |(set, _): &(bool, bool)| set.then(|| deed.record(AuditAction::AdministratorPassword, &name));
        let (set, had) = self.change(|all| all.reset(id, password), record);
        if had {
            self.audit.write(deed.record(AuditAction::SecondFactorOff, &name));
        }
        Ok(set)
    }

    async fn open(
        &self,
        session: &AdministratorSession,
        password: &PasswordHash,
        proof: Option<SecondProof>,
        deed: &Deed,
    ) -> Result<bool> {
        let record = |opened: &bool| opened.then(|| deed.record(AuditAction::LoggedIn, ""));
        Ok(self.change(|all| all.open(session, password, proof.as_ref()), record))
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

    async fn end(&self, id: SessionId, deed: &Deed) -> Result<()> {
        let record = |ended: &bool| ended.then(|| deed.record(AuditAction::LoggedOut, ""));
        self.change(|all| all.sessions.remove(&id).is_some(), record);
        Ok(())
    }

    async fn end_all(&self, id: AdministratorId, keep: Option<SessionId>, deed: &Deed) -> Result<()> {
        let record = |ended: &bool| ended.then(|| deed.record(AuditAction::LoggedOut, "everywhere"));
        self.change(|all| all.end_all(id, keep), record);
        Ok(())
    }

    async fn purge(&self, moment: Timestamp) -> Result<u64> {
        let mut all = lock(&self.all);
        let before = all.sessions.len();
        all.sessions.retain(|_, session| session.expires_at >= moment);
        Ok((before - all.sessions.len()) as u64)
    }
}
