use async_trait::async_trait;
use usher_domain::{AuditEntry, AuditFilter, AuditRecord, ChainDigest};

use super::StoreError;

/// Keeps what administrators did, for good.
///
/// - Entries must be numbered from 1 without a gap, and each must be linked to the one before it, also when many are
///   appended at once.
/// - Every change that a repository makes with an [`AuditContext`](usher_domain::AuditContext) must append an entry in the
///   same transaction; one that changed nothing must not.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends an entry about something that changed nothing.
    async fn append(&self, record: &AuditRecord) -> Result<(), StoreError>;

    /// A page, the latest first, starting below the number `before`.
    async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError>;

    /// A page, the oldest first, starting after the number `after`.
    async fn after(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError>;

    /// The number and the digest of the latest entry, as they were noted beside the entries.
    async fn head(&self) -> Result<(i64, ChainDigest), StoreError>;
}
