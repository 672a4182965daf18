//! Administrators, and their sessions beside them. One store offers all of these ports.

mod administrator_accounts;
mod administrator_invitations;
mod administrator_repository;
mod administrator_sessions;
mod second_factor_store;

pub use administrator_accounts::{
    AddAdministrator, AdministratorAccounts, ChangeRole, NewAdministrator, RemoveAdministrator,
};
pub use administrator_invitations::{AdministratorInvitations, Invited};
pub use administrator_repository::AdministratorRepository;
pub use administrator_sessions::AdministratorSessions;
pub use second_factor_store::{FactorChange, NewSecondFactor, SecondFactor, SecondFactorStore};
