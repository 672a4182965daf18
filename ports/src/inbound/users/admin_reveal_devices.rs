use async_trait::async_trait;
use usher_domain::{Operator, SeenDevice, UserId};

use crate::inbound::AdminRefusal;

/// Shows the whole ids of a user's devices, with which a client that has the salt can resume the visitor. That it
/// was done is in the audit log before it is done.
#[async_trait]
pub trait AdminRevealDevices: Send + Sync {
    /// The devices, the one seen last first.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn reveal(&self, by: Operator<'_>, user: UserId) -> Result<Vec<SeenDevice>, AdminRefusal>;
}
