use std::sync::OnceLock;

use async_trait::async_trait;
use usher_domain::InstallationId;
use usher_ports::outbound::{InstallationStore, StoreError};

/// The id of an installation, in the process.
#[derive(Debug, Default)]
pub struct MemoryInstallation(OnceLock<InstallationId>);

#[async_trait]
impl InstallationStore for MemoryInstallation {
    async fn identify(&self, proposed: InstallationId) -> Result<InstallationId, StoreError> {
        Ok(*self.0.get_or_init(|| proposed))
    }
}
