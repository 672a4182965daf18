//! What administrators do about themselves and each other.

mod administrate;
mod manage_administrators;
mod second_factors;
mod secure_account;

pub use administrate::Administration;
pub use manage_administrators::AdministratorManagement;
pub use second_factors::SecondFactors;
pub use secure_account::AccountSecuring;
