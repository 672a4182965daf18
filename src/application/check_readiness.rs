use std::sync::Arc;

use async_trait::async_trait;
use usher_ports::inbound::CheckReadiness;
use usher_ports::outbound::{Probe, StoreError};

/// Asks the stores.
pub struct Readiness {
    /// What calls depend on.
    pub probes: Vec<Arc<dyn Probe>>,
}

#[async_trait]
impl CheckReadiness for Readiness {
    async fn check(&self) -> Result<(), StoreError> {
        for probe in &self.probes {
            probe.ping().await?;
        }
        Ok(())
    }
}
