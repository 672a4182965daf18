//! What administrators do about themselves and each other.

mod authenticate_administrator;
mod invite_administrators;
mod manage_administrators;
mod second_factors;
mod secure_account;

pub use authenticate_administrator::AuthenticateAdministratorService;
pub use invite_administrators::InviteAdministratorsService;
pub use manage_administrators::ManageAdministratorsService;
pub use second_factors::SecondFactors;
pub use secure_account::SecureAccountService;
