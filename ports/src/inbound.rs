//! What the hexagon offers: one use case a file, by area.

mod access_bans;
mod administrators;
mod audit;
mod maintenance;
mod refusal;
mod sessions;
mod statistics;
mod users;
mod visitors;

use usher_domain::{ClientAddress, OwnAccount, PlainPassword, Username, UsernameKey};

pub use access_bans::*;
pub use administrators::*;
pub use audit::*;
pub use maintenance::*;
pub use refusal::{AdminRefusal, Refusal};
pub use sessions::*;
pub use statistics::*;
pub use users::*;
pub use visitors::*;

use crate::outbound::Token;

/// A name and a password to register.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name.
    pub username: Username,
    /// The password.
    pub password: PlainPassword,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// A name and a password to check.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name, in the form it is compared by.
    pub username: UsernameKey,
    /// The password.
    pub password: PlainPassword,
    /// Where the call comes from.
    pub from: ClientAddress,
}

/// A user who just logged in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account, as the session may see it.
    pub account: OwnAccount,
    /// To be presented with the next calls.
    pub token: Token,
}
