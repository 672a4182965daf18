use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use usher_domain::{AccessBan, AccessBanId, AuditAction, AuditContext, Timestamp};
use usher_ports::outbound::{AccessBanned, AccessBans, NewAccessBan, StoreError};

use crate::{MemoryAudit, lock};

/// Bans of devices, addresses and networks, in the process.
#[derive(Debug, Default)]
pub struct MemoryAccessBans {
    bans: Mutex<Bans>,
    audit: Arc<MemoryAudit>,
}

#[derive(Debug, Default)]
struct Bans {
    /// By their numbers.
    rows: Vec<AccessBan>,
    last: i64,
    version: i64,
}

impl MemoryAccessBans {
    /// That write down there what administrators do.
    pub fn new(audit: Arc<MemoryAudit>) -> Self {
        Self { bans: Mutex::default(), audit }
    }
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AccessBans for MemoryAccessBans {
    async fn ban(&self, new: &NewAccessBan, context: &AuditContext) -> Result<AccessBanned> {
        let mut bans = lock(&self.bans);
        bans.rows.retain(|ban| ban.target != new.target || !ban.is_over(context.at));
        if bans.rows.iter().any(|ban| ban.target == new.target) {
            return Ok(AccessBanned::Already);
        }
        bans.last += 1;
        let ban = new.ban(AccessBanId(bans.last), context);
        bans.rows.push(ban.clone());
        bans.version += 1;
        self.audit.write(ban.record(AuditAction::AccessBanned, context));
        Ok(AccessBanned::Done(Box::new(ban)))
    }

    async fn lift(&self, id: AccessBanId, context: &AuditContext) -> Result<Option<AccessBan>> {
        let mut bans = lock(&self.bans);
        let Some(place) = bans.rows.iter().position(|ban| ban.id == id) else { return Ok(None) };
        let ban = bans.rows.remove(place);
        bans.version += 1;
        self.audit.write(ban.record(AuditAction::AccessBanLifted, context));
        Ok(Some(ban))
    }

    async fn list(&self, now: Timestamp, before: Option<AccessBanId>, limit: u32) -> Result<Vec<AccessBan>> {
        let bans = lock(&self.bans);
        let current = bans.rows.iter().rev().filter(|ban| !ban.is_over(now));
        let page = current.filter(|ban| before.is_none_or(|before| ban.id < before));
        Ok(page.take(limit as usize).cloned().collect())
    }

    async fn all(&self, now: Timestamp) -> Result<Vec<AccessBan>> {
        Ok(lock(&self.bans).rows.iter().filter(|ban| !ban.is_over(now)).cloned().collect())
    }

    async fn version(&self) -> Result<i64> {
        Ok(lock(&self.bans).version)
    }

    async fn purge(&self, before: Timestamp) -> Result<u64> {
        let mut bans = lock(&self.bans);
        let all = bans.rows.len();
        bans.rows.retain(|ban| ban.until.is_none_or(|until| until >= before));
        Ok((all - bans.rows.len()) as u64)
    }
}
