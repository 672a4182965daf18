use std::sync::Arc;

use async_trait::async_trait;

use crate::StoreError;

/// Tells whether this node can serve.
#[async_trait]
pub trait CheckReadiness: Send + Sync {
    /// Asks everything that calls depend on, or tells what was found less than a second ago.
    ///
    /// # Errors
    /// What does not answer.
    async fn check(&self) -> Result<(), Arc<StoreError>>;
}
