use async_trait::async_trait;
use usher_domain::{AuditContext, Timestamp, User};

use crate::outbound::StoreError;

/// Finds and does what is due about accounts.
///
/// - A purged account must leave an entry in the audit log, in the same transaction.
#[async_trait]
pub trait UserMaintenance: Send + Sync {
    /// Those who were disabled until a time that has come, and are not deleted: at most `limit`.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<User>, StoreError>;

    /// Removes accounts for good that were deleted before `before`, at most `limit`; returns how many. Their names and
    /// devices can be had again, their numbers cannot.
    async fn purge(&self, before: Timestamp, limit: u32, context: &AuditContext) -> Result<u64, StoreError>;

    /// Which of these pictures a user has.
    async fn avatars_in_use(&self, urls: &[String]) -> Result<Vec<String>, StoreError>;
}
