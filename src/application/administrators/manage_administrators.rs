use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AuditContext,
    FactorRequirement, NewPassword, Owner, PasswordHash, PlainPassword,
};
use usher_ports::inbound::{AdminRefusal, ManageAdministrators};
use usher_ports::outbound::{
    AddAdministrator, AdministratorAccounts, ChangeRole, Clock, HasherBusy, Lane, NewAdministrator,
    PasswordHasher, RemoveAdministrator,
};

/// Keeps the list of administrators.
pub struct ManageAdministratorsService {
    /// Keeps them.
    pub administrators: Arc<dyn AdministratorAccounts>,
    /// Hashes their passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    pub clock: Arc<dyn Clock>,
    /// Who must have a second factor.
    pub requirement: FactorRequirement,
}

impl ManageAdministratorsService {
    fn context(&self, by: Owner<'_>) -> AuditContext {
        by.administrator().context(self.clock.now())
    }

    async fn hash(
        &self,
        password: PlainPassword,
        name: &AdministratorName,
    ) -> Result<PasswordHash, AdminRefusal> {
        let password = NewPassword::choose(password, name.as_str())?.into_plain();
        self.hasher.hash(password, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)
    }

    async fn id(&self, name: &AdministratorName) -> Result<AdministratorId, AdminRefusal> {
        let found = self.administrators.find_by_name(name).await?;
        found.map(|(account, _)| account.id).ok_or(AdminRefusal::NotFound)
    }
}

#[async_trait]
impl ManageAdministrators for ManageAdministratorsService {
    async fn list(&self, _by: Owner<'_>) -> Result<Vec<AdministratorAccount>, AdminRefusal> {
        Ok(self.administrators.list().await?)
    }

    fn requirement(&self) -> FactorRequirement {
        self.requirement
    }

    async fn add(
        &self,
        by: Owner<'_>,
        name: AdministratorName,
        role: AdministratorRole,
        password: PlainPassword,
    ) -> Result<AdministratorAccount, AdminRefusal> {
        let password = self.hash(password, &name).await?;
        let new = NewAdministrator { name, role, password };
        match self.administrators.add(&new, &self.context(by)).await? {
            AddAdministrator::Added(account) => Ok(account),
            AddAdministrator::NameTaken | AddAdministrator::NotTheFirst => Err(AdminRefusal::NameTaken),
        }
    }

    async fn reset(
        &self,
        by: Owner<'_>,
        name: &AdministratorName,
        password: PlainPassword,
    ) -> Result<(), AdminRefusal> {
        let id = self.id(name).await?;
        let password = self.hash(password, name).await?;
        // The administrator has lost the password or the second factor.
        let set = self.administrators.reset(id, &password, &self.context(by)).await?;
        set.then_some(()).ok_or(AdminRefusal::NotFound)
    }

    async fn set_role(
        &self,
        by: Owner<'_>,
        name: &AdministratorName,
        role: AdministratorRole,
    ) -> Result<(), AdminRefusal> {
        match self.administrators.set_role(self.id(name).await?, role, &self.context(by)).await? {
            ChangeRole::Changed => Ok(()),
            ChangeRole::LastOwner => Err(AdminRefusal::LastOwner),
            ChangeRole::NotFound => Err(AdminRefusal::NotFound),
        }
    }

    async fn remove(&self, by: Owner<'_>, name: &AdministratorName) -> Result<(), AdminRefusal> {
        match self.administrators.remove(self.id(name).await?, &self.context(by)).await? {
            RemoveAdministrator::Removed => Ok(()),
            RemoveAdministrator::LastOwner => Err(AdminRefusal::LastOwner),
            RemoveAdministrator::NotFound => Err(AdminRefusal::NotFound),
        }
    }
}
