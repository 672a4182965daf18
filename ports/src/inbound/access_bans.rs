//! Bans of devices, addresses and networks.

use async_trait::async_trait;
use usher_domain::{AccessBan, AccessBanId, BanEnd, BanTarget, DeviceId, Operator, Reason, UserId, Viewer};

use super::AdminRefusal;
use crate::outbound::StoreError;

/// To whom a banned device leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BannedOwner {
    /// That is not known, or no device is banned.
    #[default]
    Unknown,
    /// The user on whose page it was chosen.
    User(UserId),
    /// Whom this device leads to, which was named by its whole id.
    Device(DeviceId),
}

/// A ban to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessBanCommand {
    /// Whom.
    pub target: BanTarget,
    /// Whose sessions on a banned device end, if that is known.
    pub owner: BannedOwner,
    /// When it ends, if ever.
    pub until: BanEnd,
    /// Why.
    pub reason: Reason,
    /// Whether the administrator knows that the ban holds the address that they come from.
    pub own_address: bool,
}

/// The outcome of a ban.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessBanOutcome {
    /// It was made.
    Banned(Box<AccessBan>),
    /// The target is banned already.
    Already,
    /// The administrator comes from there, and has not said that they know.
    OwnAddress,
}

/// Bans devices, addresses and networks: they get no account and no session, whatever the account, and are told what the
/// owner of a disabled account is told.
#[async_trait]
pub trait ManageAccessBans: Send + Sync {
    /// The bans that are not over, newest first, before the one with this number.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(
        &self,
        by: Viewer<'_>,
        before: Option<AccessBanId>,
        limit: u32,
    ) -> Result<Vec<AccessBan>, AdminRefusal>;

    /// Bans. This node refuses the target when this returns, every other node within two seconds. Sessions that the device opened
    /// for its owner end, also if it is banned already; those that were opened from a network go on.
    ///
    /// # Errors
    /// [`AdminRefusal::EndPassed`].
    async fn ban(
        &self,
        by: Operator<'_>,
        command: AccessBanCommand,
    ) -> Result<AccessBanOutcome, AdminRefusal>;

    /// Lifts a ban.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn lift(&self, by: Operator<'_>, id: AccessBanId) -> Result<AccessBan, AdminRefusal>;
}

/// Keeps up with the bans that other nodes made.
#[async_trait]
pub trait FollowAccessBans: Send + Sync {
    /// Reads the bans if they changed. Until this succeeds, those that were read last hold.
    ///
    /// # Errors
    /// When the store fails.
    async fn follow(&self) -> Result<(), StoreError>;

    /// Removes bans that are over.
    ///
    /// # Errors
    /// When the store fails.
    async fn purge(&self) -> Result<u64, StoreError>;
}
