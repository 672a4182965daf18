use async_trait::async_trait;
use usher_domain::{Administrator, AuditAction, AuditEntry, AuditFilter, ChainDigest, Viewer};

use crate::inbound::AdminRefusal;

/// The outcome of a look at the whole audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Every entry is there and as it was written.
    Intact {
        /// How many.
        entries: i64,
        /// The head of the chain. Noted elsewhere, it shows later whether all these entries still exist.
        digest: ChainDigest,
    },
    /// An entry is missing, added or not as it was written; those before it are.
    Broken {
        /// The number of the first such entry.
        at: i64,
    },
}

/// Shows what administrators did, and writes down what they tried.
#[async_trait]
pub trait ReviewAudit: Send + Sync {
    /// A page of entries, the latest first, starting below the number `before`.
    async fn list(
        &self,
        by: Viewer<'_>,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, AdminRefusal>;

    /// Follows the chain from its beginning. `noted` is an end of it that was noted elsewhere.
    async fn verify(
        &self,
        by: Viewer<'_>,
        noted: Option<(i64, ChainDigest)>,
    ) -> Result<Verification, AdminRefusal>;

    /// Records an action that changed no user.
    async fn note(&self, by: &Administrator, action: AuditAction, subject: &str) -> Result<(), AdminRefusal>;

    /// Writes down that something was tried and refused. What cannot be written down is in the log of the program.
    async fn refused(&self, by: &Administrator, what: &str, why: &str);
}
