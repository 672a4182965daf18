//! Users' sessions: how they begin, what they authenticate, and how they end.

mod admin_end_sessions;
mod authenticate_session;
mod log_in;
mod log_out;

pub use admin_end_sessions::AdminEndSessions;
pub use authenticate_session::AuthenticateSession;
pub use log_in::LogIn;
pub use log_out::LogOut;
