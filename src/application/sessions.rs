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

use usher_domain::{DeviceTag, UserId};
use usher_ports::outbound::{SessionStore, StoreError};

/// Ends the sessions of a user that a device opened.
pub(crate) async fn end_sessions_of_device(
    sessions: &dyn SessionStore,
    user: UserId,
    device: &DeviceTag,
) -> Result<(), StoreError> {
    for session in sessions.list(user).await? {
        let opened = session.origin.as_ref().and_then(|origin| origin.device.as_ref());
        if opened == Some(device) {
            sessions.end(user, session.id).await?;
        }
    }
    Ok(())
}
