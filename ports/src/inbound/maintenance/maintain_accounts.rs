use async_trait::async_trait;
use usher_domain::Operator;

use crate::StoreError;

/// What a round of removing deleted accounts came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purge {
    /// So many were removed.
    Removed(u64),
    /// So many are due that an operator has to say so: the clock may be wrong.
    Withheld(u32),
}

/// Maintenance of accounts: ends temporary blocks and removes deleted accounts whose time is up.
#[async_trait]
pub trait MaintainAccounts: Send + Sync {
    /// Enables those who were disabled until a moment that has come, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn enable_due(&self) -> Result<u64, StoreError>;

    /// Removes accounts for good whose time after their deletion is up, some in each round; none, where that would be a
    /// large share of all.
    ///
    /// # Errors
    /// A failed store.
    async fn purge_deleted(&self) -> Result<Purge, StoreError>;

    /// How many accounts are due to be removed for good.
    ///
    /// # Errors
    /// A failed store.
    async fn purgeable(&self) -> Result<u32, StoreError>;

    /// Removes all that are due, as an operator says, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn purge_all(&self, by: Operator<'_>) -> Result<u64, StoreError>;
}
