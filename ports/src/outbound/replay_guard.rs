use std::time::Duration;

use async_trait::async_trait;
use usher_domain::{Network, ReplayKey, Timestamp};

use super::StoreError;

/// Whether a key was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was not.
    First,
    /// It was.
    Repeated,
    /// Unknown, because there is no room for another one from this network.
    NoRoom {
        /// When there may be.
        retry_after: Duration,
    },
}

/// Remembers what is good once, such as a signature, for as long as it is valid.
///
/// - Of any number of uses of one key, also at the same instant, exactly one must be the first, wherever they come from.
/// - Another key must not matter.
/// - A key must be remembered until `until`; after that it may be forgotten.
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Notes a use, in one step. `from` is the network whose share of the room it takes.
    ///
    /// # Errors
    /// When the store fails; the caller must then refuse the request.
    async fn note(
        &self,
        key: &ReplayKey,
        from: Network,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Use, StoreError>;
}
