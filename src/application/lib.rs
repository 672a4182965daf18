//! The use cases: one inbound port a file, decided with the domain's rules over the outbound ports.

mod admin_list_users;
mod admin_set_password;
mod admin_toggle_status;
mod authenticate_device;
mod authenticate_session;
mod check_readiness;
mod credential_check;
mod limits;
mod log_in;
mod log_in_visitor;
mod log_out;
mod register_user;
mod register_visitor;
mod search_users;
mod session_issuer;
mod upgrade_visitor;
mod view_profile;

pub use admin_list_users::ListUsers;
pub use admin_set_password::SetPassword;
pub use admin_toggle_status::ToggleStatus;
pub use authenticate_device::DeviceAuthentication;
pub use authenticate_session::SessionAuthentication;
pub use check_readiness::Readiness;
pub use credential_check::CredentialCheck;
pub use limits::{LimitPolicy, Limits};
pub use log_in::PasswordLogIn;
pub use log_in_visitor::VisitorLogIn;
pub use log_out::EndSession;
pub use register_user::UserRegistration;
pub use register_visitor::VisitorRegistration;
pub use search_users::UserSearch;
pub use session_issuer::SessionIssuer;
pub use upgrade_visitor::VisitorUpgrade;
pub use view_profile::ProfileView;
