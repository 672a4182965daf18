use async_trait::async_trait;
use usher_domain::InstallationId;

use super::StoreError;

/// Keeps the id of the installation, beside the users.
///
/// - The id that was proposed first must be the installation's for good, also if several are proposed at once.
#[async_trait]
pub trait InstallationStore: Send + Sync {
    /// The installation's id: the proposed one if it has none yet.
    async fn identify(&self, proposed: InstallationId) -> Result<InstallationId, StoreError>;
}
