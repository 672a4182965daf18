//! Secrets at work: passwords, second factors, client signatures and session tokens.

mod factors;
mod known_browsers;
mod one_time_passwords;
mod passwords;
mod queue;
mod signatures;
mod tokens;

pub use factors::{FactorKeys, NoFactorKeys};
pub use known_browsers::HmacBrowsers;
pub use one_time_passwords::Rfc6238;
pub use passwords::{ArgonHasher, HashCost, InvalidCost};
pub use signatures::SaltedSignatures;
pub use tokens::HmacTokens;
