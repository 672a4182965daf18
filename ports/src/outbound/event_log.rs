use async_trait::async_trait;
use usher_domain::{LoggedEvent, Timestamp};

use crate::outbound::StoreError;

/// The events of accounts, which stores append in the transaction of the change.
///
/// - Every change of an account must append the events that the domain names for it, and a call that changes nothing must
///   append none.
/// - An event must never change, and must be there until it is forgotten, also when its account is removed for good.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Up to `limit` events with a higher id, in the order of ids.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(&self, after: i64, limit: u32) -> Result<Vec<LoggedEvent>, StoreError>;

    /// Removes the oldest events, `limit` at most, that happened before a time, and tells how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
