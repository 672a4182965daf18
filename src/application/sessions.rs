//! How users' sessions begin and end.

mod admin_end_sessions;
mod authenticate_session;
mod credential_check;
mod log_in;
mod log_out;
pub(crate) mod login_log;
mod session_issuer;

pub use admin_end_sessions::AdminEndSessionsService;
pub use authenticate_session::AuthenticateSessionService;
pub use credential_check::CredentialCheck;
pub use log_in::LogInService;
pub use log_out::LogOutService;
pub use session_issuer::SessionIssuer;
