use async_trait::async_trait;

use super::StoreError;

/// Something calls depend on, that can be asked whether it is there.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Must answer from the thing itself, not from memory, and must write: what can only be read serves no call that
    /// lets somebody in.
    ///
    /// # Errors
    /// When it does not answer, or may not be written.
    async fn ping(&self) -> Result<(), StoreError>;
}
