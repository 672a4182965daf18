mod access_gate;
mod manage_access_bans;

pub use access_gate::{AccessGate, BanCopy};
pub use manage_access_bans::ManageAccessBansService;
