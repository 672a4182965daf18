use async_trait::async_trait;
use usher_domain::{Operator, SeenDevice, UserId};

use crate::inbound::AdminRefusal;

/// Shows the whole ids of somebody's devices, with which whoever has the clients' salt can resume the visitor. That it
/// was done is in the audit log before it is done.
#[async_trait]
pub trait AdminRevealDevices: Send + Sync {
    /// The devices, the one seen last first.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn reveal(&self, by: Operator<'_>, user: UserId) -> Result<Vec<SeenDevice>, AdminRefusal>;
}
