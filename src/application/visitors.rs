//! What visitors do.

mod authenticate_device;
mod log_in_visitor;
mod register_visitor;
mod stores_apart;
mod upgrade_visitor;

pub use authenticate_device::AuthenticateDeviceService;
pub use log_in_visitor::LogInVisitorService;
pub use register_visitor::RegisterVisitorService;
pub use stores_apart::StoresApart;
pub use upgrade_visitor::UpgradeVisitorService;
