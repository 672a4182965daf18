use async_trait::async_trait;
use usher_domain::{
    AdministratorAccount, AdministratorName, AdministratorRole, FactorRequirement, Owner, PlainPassword,
};

use crate::inbound::AdminRefusal;

/// Says who may administrate.
#[async_trait]
pub trait ManageAdministrators: Send + Sync {
    /// All of them, by name.
    async fn list(&self, by: Owner<'_>) -> Result<Vec<AdministratorAccount>, AdminRefusal>;

    /// Who must have a second factor.
    fn requirement(&self) -> FactorRequirement;

    /// Adds one.
    ///
    /// # Errors
    /// [`AdminRefusal::WeakPassword`], [`AdminRefusal::NameTaken`], [`AdminRefusal::Busy`].
    async fn add(
        &self,
        by: Owner<'_>,
        name: AdministratorName,
        role: AdministratorRole,
        password: PlainPassword,
    ) -> Result<AdministratorAccount, AdminRefusal>;

    /// Gives one a new password, ends all their sessions, and turns their second factor off.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::WeakPassword`], [`AdminRefusal::Busy`].
    async fn reset(
        &self,
        by: Owner<'_>,
        name: &AdministratorName,
        password: PlainPassword,
    ) -> Result<(), AdminRefusal>;

    /// Gives one another role, from their next call on.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::LastOwner`].
    async fn set_role(
        &self,
        by: Owner<'_>,
        name: &AdministratorName,
        role: AdministratorRole,
    ) -> Result<(), AdminRefusal>;

    /// Removes one and ends all their sessions.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::LastOwner`].
    async fn remove(&self, by: Owner<'_>, name: &AdministratorName) -> Result<(), AdminRefusal>;
}
