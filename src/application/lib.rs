//! The use cases: one inbound port a file, by area, decided with the domain's rules over the outbound ports.

#![expect(missing_docs, reason = "a service's fields are the ports it calls, and their types say which")]

mod access_bans;
mod administrators;
mod audit;
mod limits;
mod maintenance;
mod sessions;
mod statistics;
mod users;
mod visitors;

pub use access_bans::*;
pub use administrators::*;
pub use audit::*;
pub use limits::{LimitPolicy, Limits, NetworkLimits};
pub use maintenance::*;
pub use sessions::*;
pub use statistics::*;
pub use users::*;
pub use visitors::*;

use sessions::login_log;
