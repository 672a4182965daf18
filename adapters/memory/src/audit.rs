use std::sync::Mutex;

use async_trait::async_trait;
use usher_domain::{AuditEntry, AuditFilter, AuditRecord, ChainDigest};
use usher_ports::outbound::{AuditLog, StoreError};

use crate::lock;

/// What administrators did, in the process.
#[derive(Debug, Default)]
pub struct MemoryAudit(Mutex<Vec<AuditEntry>>);

impl MemoryAudit {
    /// Appends an entry. Repositories do so while they hold their own lock, so that both are one step.
    pub(crate) fn write(&self, record: AuditRecord) {
        let mut entries = lock(&self.0);
        let (number, previous) = head(&entries);
        let number = number + 1;
        let digest = record.chain_digest(number, &previous);
        entries.push(AuditEntry { number, record, digest });
    }
}

fn head(entries: &[AuditEntry]) -> (i64, ChainDigest) {
    entries.last().map_or((0, ChainDigest::START), |last| (last.number, last.digest))
}

fn fits(filter: &AuditFilter, record: &AuditRecord) -> bool {
    filter.by.as_ref().is_none_or(|by| record.by == *by)
        && filter.action.is_none_or(|action| record.action == action)
        && filter.user.is_none_or(|user| record.user == Some(user))
        && filter.from.is_none_or(|from| record.at >= from)
        && filter.until.is_none_or(|until| record.at < until)
        && filter.by_part.as_ref().is_none_or(|part| record.by.contains(part.as_str()))
        && filter
            .subject_part
            .as_ref()
            .is_none_or(|part| record.subject.to_lowercase().contains(&part.to_lowercase()))
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AuditLog for MemoryAudit {
    async fn append(&self, record: &AuditRecord) -> Result<()> {
        self.write(record.clone());
        Ok(())
    }

    async fn list(&self, filter: &AuditFilter, before: Option<i64>, limit: u32) -> Result<Vec<AuditEntry>> {
        let entries = lock(&self.0);
        let latest = entries.iter().rev().filter(|entry| before.is_none_or(|before| entry.number < before));
        Ok(latest.filter(|entry| fits(filter, &entry.record)).take(limit as usize).cloned().collect())
    }

    async fn after(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>> {
        let entries = lock(&self.0);
        Ok(entries.iter().filter(|entry| entry.number > after).take(limit as usize).cloned().collect())
    }

    async fn head(&self) -> Result<(i64, ChainDigest)> {
        Ok(head(&lock(&self.0)))
    }
}
