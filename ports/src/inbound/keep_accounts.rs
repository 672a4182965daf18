use async_trait::async_trait;

use crate::outbound::StoreError;

/// Does what is due.
#[async_trait]
pub trait KeepAccounts: Send + Sync {
    /// Enables those who were disabled until a moment that has come, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn enable_due(&self) -> Result<u64, StoreError>;

    /// Removes accounts for good whose time after their deletion is up, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn purge_deleted(&self) -> Result<u64, StoreError>;
}
