use super::{AdministratorAccounts, AdministratorInvitations, AdministratorSessions, SecondFactorStore};

/// All ports about administrators, as one store offers them. A use case takes the ones it needs.
pub trait AdministratorRepository:
    AdministratorAccounts + AdministratorInvitations + AdministratorSessions + SecondFactorStore
{
}

impl<T> AdministratorRepository for T where
    T: AdministratorAccounts + AdministratorInvitations + AdministratorSessions + SecondFactorStore
{
}
