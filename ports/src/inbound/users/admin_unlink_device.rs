use async_trait::async_trait;
use usher_domain::{DeviceTag, Operator, UserId};

use crate::inbound::AdminRefusal;

/// Unlinks devices from registered users.
#[async_trait]
pub trait AdminUnlinkDevice: Send + Sync {
    /// Unlinks a device, and ends the sessions that it opened. On its next launch it makes a visitor. A visitor keeps their
    /// device, which is their only way back.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`] if the user has no such device, [`AdminRefusal::NotApplicable`] for a visitor.
    async fn unlink(&self, by: Operator<'_>, user: UserId, device: &DeviceTag) -> Result<(), AdminRefusal>;
}
