use async_trait::async_trait;
use usher_domain::{ClientSignature, SignedRoute, Timestamp};

use super::StoreError;

/// Whether a signature was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was not.
    First,
    /// It was.
    Repeated,
}

/// Remembers signatures for as long as they are valid.
///
/// - Of any number of uses of one signature on one route, also at the same instant, exactly one must be the first.
/// - Another route or another signature must not matter.
/// - A signature must be remembered until `until`; after that it may be forgotten.
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Notes a use, in one step.
    ///
    /// # Errors
    /// A failed store, also one that is full; the caller must then turn the call down.
    async fn note(
        &self,
        route: SignedRoute,
        signature: &ClientSignature,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Use, StoreError>;
}
