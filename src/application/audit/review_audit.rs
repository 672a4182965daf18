use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Administrator, AuditAction, AuditEntry, AuditFilter, ChainDigest, Reason, Viewer};
use usher_ports::inbound::{AdminRefusal, ReviewAudit, Verification};
use usher_ports::outbound::{AuditLog, Clock};

/// Reads the audit log, and adds to it.
pub struct ReviewAuditService {
    /// Keeps it.
    pub audit: Arc<dyn AuditLog>,
    pub clock: Arc<dyn Clock>,
}

/// How many entries are read at once.
const PAGE: u32 = 1_000;

/// Follows the chain over a page of entries, the end of what was followed so far being `head`.
fn follow(head: &mut (i64, ChainDigest), page: &[AuditEntry]) -> bool {
    page.iter().all(|entry| {
        let number = head.0 + 1;
        let digest = entry.record.chain_digest(number, &head.1);
        *head = (number, digest);
        entry.number == number && entry.digest == digest
    })
}

#[async_trait]
impl ReviewAudit for ReviewAuditService {
    async fn list(
        &self,
        _by: Viewer<'_>,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, AdminRefusal> {
        Ok(self.audit.list(filter, before, limit).await?)
    }

    /// What is appended meanwhile is followed, too, or comes after the head that was read first.
    async fn verify(
        &self,
        _by: Viewer<'_>,
        noted: Option<(i64, ChainDigest)>,
    ) -> Result<Verification, AdminRefusal> {
        let expected = self.audit.head().await?;
        let mut head = (0, ChainDigest::START);
        let marks = [Some(expected), noted];
        while head.0 < expected.0 {
            let page = self.audit.after(head.0, PAGE).await?;
            if page.is_empty() {
                return Ok(Verification::Broken { at: head.0 + 1 });
            }
            for entry in &page {
                let holds = follow(&mut head, std::slice::from_ref(entry));
                let differs =
                    marks.iter().flatten().any(|(number, digest)| *number == head.0 && *digest != head.1);
                if !holds || differs {
                    return Ok(Verification::Broken { at: head.0 });
                }
            }
        }
        // What was noted later than the last entry there is was cut off.
        if noted.is_some_and(|(number, _)| number > head.0) {
            return Ok(Verification::Broken { at: head.0 + 1 });
        }
        Ok(Verification::Intact { entries: head.0, digest: head.1 })
    }

    async fn note(&self, by: &Administrator, action: AuditAction, subject: &str) -> Result<(), AdminRefusal> {
        Ok(self.audit.append(&by.context(self.clock.now()).record(action, subject)).await?)
    }

    async fn refused(&self, by: &Administrator, what: &str, why: &str) {
        let reason = Reason::parse(why).unwrap_or_default();
        let context = by.context(self.clock.now()).because(reason);
        if let Err(error) = self.audit.append(&context.record(AuditAction::Refused, what)).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                by = context.by,
                what,
                error,
                "a refused attempt was not recorded in the audit log"
            );
        }
    }
}
