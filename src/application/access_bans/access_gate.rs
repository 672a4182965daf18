use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use usher_domain::{BanSet, ClientAddress, DeviceId};
use usher_ports::inbound::{FollowAccessBans, Refusal};
use usher_ports::outbound::{AccessBans, Clock, StoreError};

/// Refuses banned devices and addresses, from a copy of the bans in this process: a call costs no round trip. The copy follows
/// the bans of this node at once and those of others within a second.
pub struct AccessGate {
    /// Keeps the bans.
    pub bans: Arc<dyn AccessBans>,
    pub clock: Arc<dyn Clock>,
    /// What this process knows of them.
    pub copy: Arc<BanCopy>,
}

/// The bans as a process knows them: none before it followed for the first time.
#[derive(Debug, Default)]
pub struct BanCopy(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Of the bans that were read.
    version: Option<i64>,
    bans: Arc<BanSet>,
}

impl AccessGate {
    /// Lets a call through that makes an account or opens a session.
    ///
    /// # Errors
    /// [`Refusal::AccountUnavailable`] where the device or the address is banned: strangers are not told which.
    pub fn admit(&self, device: Option<&DeviceId>, from: ClientAddress) -> Result<(), Refusal> {
        let bans = Arc::clone(&self.copy.0.read().unwrap_or_else(PoisonError::into_inner).bans);
        if bans.bans(device, from.ip(), self.clock.now()) {
            tracing::info!(%from, "a banned device or address was refused");
            return Err(Refusal::AccountUnavailable);
        }
        Ok(())
    }
}

#[async_trait]
impl FollowAccessBans for AccessGate {
    async fn follow(&self) -> Result<(), StoreError> {
        loop {
            let version = Some(self.bans.version().await?);
            let seen = self.copy.0.read().unwrap_or_else(PoisonError::into_inner).version;
            if seen == version {
                return Ok(());
            }
            // What changes after the version was read is read again the next time.
            let bans = Arc::new(BanSet::of(self.bans.all(self.clock.now()).await?));
            let mut copy = self.copy.0.write().unwrap_or_else(PoisonError::into_inner);
            // Unless another follower was quicker, who may have read an earlier or a later state.
            if copy.version == seen {
                *copy = Known { version, bans };
                return Ok(());
            }
        }
    }

    async fn purge(&self) -> Result<u64, StoreError> {
        self.bans.purge(self.clock.now()).await
    }
}
