use async_trait::async_trait;

use crate::outbound::StoreError;

/// Removes sessions that are over from the stores.
#[async_trait]
pub trait PurgeSessions: Send + Sync {
    /// Removes the expired sessions of users and tells how many. They are kept for a while, so that a client can be told
    /// that its session has expired.
    async fn purge_users(&self) -> Result<u64, StoreError>;

    /// Removes the expired sessions of administrators and tells how many.
    async fn purge_administrators(&self) -> Result<u64, StoreError>;
}
