//! Administrators, their sessions, and their own accounts.

mod authenticate_administrator;
mod invite_administrators;
mod manage_administrators;
mod secure_account;

pub use authenticate_administrator::{
    AdministratorCredentials, AdministratorSignedIn, AuthenticateAdministrator,
};
pub use invite_administrators::InviteAdministrators;
pub use manage_administrators::ManageAdministrators;
pub use secure_account::{AccountSecurity, FactorOffer, OwnSession, SecureAccount};
