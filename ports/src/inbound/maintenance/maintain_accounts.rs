use async_trait::async_trait;
use usher_domain::Operator;

use crate::StoreError;

/// The outcome of one round of purging deleted accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purge {
    /// This many were purged.
    Removed(u64),
    /// This many are due, too many without an operator's command: the clock may be wrong.
    Withheld(u32),
}

/// Maintenance of accounts: ends temporary blocks and removes deleted accounts whose time is up.
#[async_trait]
pub trait MaintainAccounts: Send + Sync {
    /// Enables accounts whose temporary block is over; returns how many.
    async fn enable_due(&self) -> Result<u64, StoreError>;

    /// Removes accounts for good whose time after their deletion is up, some in each round; none, where that would be a
    /// large share of all.
    async fn purge_deleted(&self) -> Result<Purge, StoreError>;

    /// How many deleted accounts are due to be purged.
    async fn purgeable(&self) -> Result<u32, StoreError>;

    /// Purges all that are due, on an operator's command; returns how many.
    async fn purge_all(&self, by: Operator<'_>) -> Result<u64, StoreError>;
}
