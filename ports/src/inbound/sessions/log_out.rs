use async_trait::async_trait;
use usher_domain::Caller;

use crate::inbound::Refusal;

/// Ends the session that is presented. Other devices of a user stay in.
#[async_trait]
pub trait LogOut: Send + Sync {
    /// Ends it, and with a user's session all visitor sessions on the account: what a device alone was given must
    /// not outlive its owner.
    async fn log_out(&self, caller: Caller) -> Result<(), Refusal>;
}
