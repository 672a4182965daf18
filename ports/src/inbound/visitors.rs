//! Visitors: known by their device alone, until they upgrade.

mod authenticate_device;
mod log_in_visitor;
mod register_visitor;
mod upgrade_visitor;

pub use authenticate_device::{AuthenticateDevice, SignedRequest};
pub use log_in_visitor::LogInVisitor;
pub use register_visitor::RegisterVisitor;
pub use upgrade_visitor::UpgradeVisitor;
