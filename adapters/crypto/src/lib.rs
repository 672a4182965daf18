//! Secrets at work: passwords, client signatures and session tokens.

mod passwords;
mod signatures;
mod tokens;

pub use passwords::{ArgonHasher, HashCost, InvalidCost};
pub use signatures::SaltedSignatures;
pub use tokens::HmacTokens;
