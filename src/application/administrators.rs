//! What administrators do about themselves and each other.

mod authenticate_administrator;
mod manage_administrators;
mod second_factors;
mod secure_account;

pub use authenticate_administrator::AuthenticateAdministratorService;
pub use manage_administrators::ManageAdministratorsService;
pub use second_factors::SecondFactors;
pub use secure_account::SecureAccountService;
