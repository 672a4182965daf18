//! Administrators, their sessions, and their own accounts.

mod administrate;
mod manage_administrators;
mod secure_account;

pub use administrate::{Administrate, AdministratorCredentials, AdministratorSignedIn};
pub use manage_administrators::ManageAdministrators;
pub use secure_account::{AccountSecurity, FactorOffer, OwnSession, SecureAccount};
