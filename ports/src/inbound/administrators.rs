//! Administrators, their sessions, and their own accounts.

mod authenticate_administrator;
mod manage_administrators;
mod secure_account;

pub use authenticate_administrator::{
    AdministratorCredentials, AdministratorSignedIn, AuthenticateAdministrator,
};
pub use manage_administrators::ManageAdministrators;
pub use secure_account::{AccountSecurity, FactorOffer, OwnSession, SecureAccount};
