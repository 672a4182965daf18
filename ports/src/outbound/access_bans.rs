use async_trait::async_trait;
use usher_domain::{AccessBan, AccessBanId, AuditContext, BanTarget, Timestamp};

use super::StoreError;

/// A ban to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccessBan {
    /// Whom.
    pub target: BanTarget,
    /// When it ends, if ever.
    pub until: Option<Timestamp>,
}

impl NewAccessBan {
    /// The ban that a store makes of it.
    pub fn ban(&self, id: AccessBanId, context: &AuditContext) -> AccessBan {
        AccessBan {
            id,
            target: self.target.clone(),
            reason: context.reason.clone(),
            until: self.until,
            by: context.by.clone(),
            at: context.at,
        }
    }
}

/// The outcome of a ban.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessBanned {
    /// It was made.
    Done(Box<AccessBan>),
    /// The target is banned already.
    Already,
}

/// Bans of devices, addresses and networks.
///
/// - A target must be banned once at most. A ban that is over must not keep a new one from being made.
/// - A ban must be made and lifted together with its entry in the audit log.
/// - The version must change with every ban that is made or lifted, on every node, so that nodes notice by one number.
#[async_trait]
pub trait AccessBans: Send + Sync {
    /// Bans a target, with the reason and by the actor of the context.
    async fn ban(&self, new: &NewAccessBan, context: &AuditContext) -> Result<AccessBanned, StoreError>;

    /// Lifts a ban; `None` if there is none with this number.
    async fn lift(&self, id: AccessBanId, context: &AuditContext) -> Result<Option<AccessBan>, StoreError>;

    /// A page of bans that are not over at `now`, newest first, before the one with this number.
    async fn list(
        &self,
        now: Timestamp,
        before: Option<AccessBanId>,
        limit: u32,
    ) -> Result<Vec<AccessBan>, StoreError>;

    /// All bans that are not over at `now`.
    async fn all(&self, now: Timestamp) -> Result<Vec<AccessBan>, StoreError>;

    /// A number that is another one after each change.
    async fn version(&self) -> Result<i64, StoreError>;

    /// Removes bans that ended before `before`; returns how many.
    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError>;
}
