use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{AuditContext, Operator, Status, Timestamp, UserChange, UserFilter};
use usher_ports::inbound::{MaintainAccounts, Purge};
use usher_ports::outbound::{Changed, Clock, StoreError, UserChanges, UserDirectory, UserMaintenance};

/// Does what is due about accounts.
pub struct MaintainAccountsService {
    /// Finds the accounts that are due.
    pub users: Arc<dyn UserMaintenance>,
    /// Changes them.
    pub changes: Arc<dyn UserChanges>,
    /// Counts them.
    pub directory: Arc<dyn UserDirectory>,
    pub clock: Arc<dyn Clock>,
    /// How long deleted accounts are kept.
    pub keep_deleted: Duration,
}

/// How many are looked at in one round: the next one comes soon.
const PAGE: u32 = 500;

/// Up to so many are removed in any case, and more only up to this fraction of all: a tenth. A clock that is wrong, or a
/// script that deleted too much, is noticed before what it did cannot be undone.
const FEW: u32 = 100;
const FRACTION: u32 = 10;

#[async_trait]
impl MaintainAccounts for MaintainAccountsService {
    /// From the version that was read: whom an administrator disabled anew meanwhile stays disabled.
    async fn enable_due(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let enabled = UserChange::status(Status::Enabled);
        let mut done = 0;
        for user in self.users.due(now, PAGE).await? {
            let changed =
                self.changes.change(user.id, &enabled, Some(user.version), &AuditContext::due(now)).await?;
            done += u64::from(matches!(changed, Changed::Done(_)));
        }
        Ok(done)
    }

    async fn purge_deleted(&self) -> Result<Purge, StoreError> {
        let due = self.purgeable().await?;
        if due > FEW {
            let enough = due.saturating_mul(FRACTION);
            if self.directory.count(&UserFilter::default(), enough).await? < enough {
                return Ok(Purge::Withheld(due));
            }
        }
        let now = self.clock.now();
        Ok(Purge::Removed(self.users.purge(self.kept_since(now), PAGE, &AuditContext::due(now)).await?))
    }

    async fn purgeable(&self) -> Result<u32, StoreError> {
        let before = self.kept_since(self.clock.now());
        let due = UserFilter { deleted_before: Some(before), ..UserFilter::default() };
        self.directory.count(&due, u32::MAX).await
    }

    async fn purge_all(&self, by: Operator<'_>) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let (before, context) = (self.kept_since(now), by.administrator().context(now));
        let mut removed = 0;
        loop {
            match self.users.purge(before, PAGE, &context).await? {
                0 => return Ok(removed),
                some => removed += some,
            }
        }
    }
}

impl MaintainAccountsService {
    /// Who was deleted before is due.
    fn kept_since(&self, now: Timestamp) -> Timestamp {
        now.minus(self.keep_deleted)
    }
}
