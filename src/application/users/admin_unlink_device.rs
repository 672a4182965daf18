use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{DeviceTag, NotApplicable, Operator, UserId};
use usher_ports::inbound::{AdminRefusal, AdminUnlinkDevice};
use usher_ports::outbound::{Clock, SessionStore, Unlinked, UserChanges, UserLookup};

use crate::sessions::end_sessions_of_device;

/// Unlinks devices.
pub struct AdminUnlinkDeviceService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Changes them.
    pub changes: Arc<dyn UserChanges>,
    /// Ends what the device opened.
    pub sessions: Arc<dyn SessionStore>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminUnlinkDevice for AdminUnlinkDeviceService {
    async fn unlink(&self, by: Operator<'_>, user: UserId, device: &DeviceTag) -> Result<(), AdminRefusal> {
        let devices = self.users.devices(user).await?;
        let linked = devices.into_iter().find(|seen| DeviceTag::of(&seen.device.id) == *device);
        let linked = linked.ok_or(AdminRefusal::NotFound)?.device.id;
        let context = by.administrator().context(self.clock.now());
        match self.changes.unlink(user, &linked, &context).await? {
            Unlinked::Done => {}
            Unlinked::OfVisitor => return Err(NotApplicable.into()),
            Unlinked::NotLinked => return Err(AdminRefusal::NotFound),
        }
        Ok(end_sessions_of_device(&*self.sessions, user, device).await?)
    }
}
