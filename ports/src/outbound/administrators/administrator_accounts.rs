use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AuditContext, PasswordHash,
};

use crate::outbound::StoreError;

/// An administrator to be.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// What they will log in with.
    pub name: AdministratorName,
    /// What they may do.
    pub role: AdministratorRole,
    /// Their password.
    pub password: PasswordHash,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddAdministrator {
    /// They are there.
    Added(AdministratorAccount),
    /// Another administrator has this name.
    NameTaken,
    /// There are administrators already.
    NotTheFirst,
}

/// What became of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveAdministrator {
    /// They are gone.
    Removed,
    /// No owner would be left.
    LastOwner,
    /// There is no such administrator.
    NotFound,
}

/// What became of a change of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeRole {
    /// They have it, also if they had it already.
    Changed,
    /// No owner would be left.
    LastOwner,
    /// There is no such administrator.
    NotFound,
}

/// Stores the accounts of administrators.
///
/// - A name must be given to one administrator only, also when it is requested concurrently.
/// - Of any number of first administrators at once, one must be added.
/// - Removals and changes of roles at once must leave an owner.
/// - Removing an administrator, setting a password and a reset must end all their sessions, and those that a login was just
///   opening with the old one.
/// - A method that takes an [`AuditContext`] must append an entry to the audit log, in the same transaction.
#[async_trait]
pub trait AdministratorAccounts: Send + Sync {
    /// Adds one.
    async fn add(
        &self,
        new: &NewAdministrator,
        context: &AuditContext,
    ) -> Result<AddAdministrator, StoreError>;

    /// Adds the first one, if there is none.
    async fn add_first(
        &self,
        new: &NewAdministrator,
        context: &AuditContext,
    ) -> Result<AddAdministrator, StoreError>;

    /// All of them, by name.
    async fn list(&self) -> Result<Vec<AdministratorAccount>, StoreError>;

    /// Who has this name, and their password.
    async fn find_by_name(
        &self,
        name: &AdministratorName,
    ) -> Result<Option<(AdministratorAccount, PasswordHash)>, StoreError>;

    /// Sets a password and ends all sessions; returns whether there is such an administrator.
    async fn set_password(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;

    /// Sets a password, turns the second factor off and ends all sessions; returns whether there is such an administrator.
    async fn reset(
        &self,
        id: AdministratorId,
        password: &PasswordHash,
        context: &AuditContext,
    ) -> Result<bool, StoreError>;

    /// Gives one another role, which their sessions have from the next call on.
    async fn set_role(
        &self,
        id: AdministratorId,
        role: AdministratorRole,
        context: &AuditContext,
    ) -> Result<ChangeRole, StoreError>;

    /// Removes one.
    async fn remove(
        &self,
        id: AdministratorId,
        context: &AuditContext,
    ) -> Result<RemoveAdministrator, StoreError>;
}
