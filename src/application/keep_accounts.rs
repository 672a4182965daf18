use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Amendment, Deed, Status};
use usher_ports::inbound::KeepAccounts;
use usher_ports::outbound::{Amended, Clock, StoreError, UserRepository};

/// Does what is due about accounts.
pub struct AccountKeeping {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How long deleted accounts are kept.
    pub keep_deleted: Duration,
}

/// How many are looked at in one round: the next one comes soon.
const PAGE: u32 = 500;

#[async_trait]
impl KeepAccounts for AccountKeeping {
    /// From the version that was read: whom an administrator disabled anew meanwhile stays disabled.
    async fn enable_due(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let enabled = Amendment::Status { status: Status::Enabled, until: None };
        let mut done = 0;
        for user in self.users.due(now, PAGE).await? {
            let amended = self.users.amend(user.id, &enabled, Some(user.version), &Deed::due(now)).await?;
            done += u64::from(matches!(amended, Amended::Done(_)));
        }
        Ok(done)
    }

    async fn purge_deleted(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        self.users.purge(now.minus(self.keep_deleted), PAGE, &Deed::due(now)).await
    }
}
