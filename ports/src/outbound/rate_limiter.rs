use async_trait::async_trait;
use usher_domain::{AdministratorName, Budget, DeviceId, Network, Spent, Timestamp, UsernameKey};

use super::StoreError;

/// What a budget belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    /// A device's creations, upgrades and logins.
    Device(DeviceId),
    /// A device's coming back.
    Resume(DeviceId),
    /// All that comes from one place.
    Address(Network),
    /// Attempts to log in to one account.
    Username(UsernameKey),
    /// Attempts to log in as one administrator.
    Administrator(AdministratorName),
}

/// Remembers what was spent of which budget.
///
/// - A budget of `n` must grant `n` calls at once and refuse the next, also when they come at the same instant.
/// - A refused call must change nothing; after `retry_after` a call must be granted.
/// - Budgets of different keys must not touch each other.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Spends one call of `budget` for `key`, in one step.
    ///
    /// # Errors
    /// A failed store; the caller must then turn the call down.
    async fn spend(&self, key: &LimitKey, budget: &Budget, now: Timestamp) -> Result<Spent, StoreError>;
}
