use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AuditAction, AuditRecord, Operator, SeenDevice, UserId};
use usher_ports::inbound::{AdminRefusal, AdminRevealDevices};
use usher_ports::outbound::{AuditLog, Clock, UserLookup};

/// Shows whole device ids.
pub struct AdminRevealDevicesService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Keeps who looked.
    pub audit: Arc<dyn AuditLog>,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl AdminRevealDevices for AdminRevealDevicesService {
    async fn reveal(&self, by: Operator<'_>, user: UserId) -> Result<Vec<SeenDevice>, AdminRefusal> {
        let found = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        let context = by.administrator().context(self.clock.now());
        let record = context.record(AuditAction::DeviceIdsShown, found.username.as_str());
        self.audit.append(&AuditRecord { user: Some(user), ..record }).await?;
        Ok(self.users.devices(user).await?)
    }
}
