use super::{AdministratorAccounts, AdministratorSessions, SecondFactorStore};

/// All ports about administrators, as one store offers them. A use case takes the ones it needs.
pub trait AdministratorRepository: AdministratorAccounts + AdministratorSessions + SecondFactorStore {}

impl<T: AdministratorAccounts + AdministratorSessions + SecondFactorStore> AdministratorRepository for T {}
