use async_trait::async_trait;

use super::StoreError;

/// A dependency whose availability can be checked.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Must ask the dependency itself, not a cache, and must write: a store that can only be read serves no login.
    ///
    /// # Errors
    /// When it does not answer or cannot be written.
    async fn ping(&self) -> Result<(), StoreError>;
}
