use async_trait::async_trait;
use usher_domain::{Network, PasswordHash, PlainPassword, Quota, ReplayKey, Timestamp};
use usher_ports::outbound::{
    Acquired, HasherBusy, Lane, LimitKey, PasswordCheck, PasswordHasher, RateLimiter, ReplayGuard,
    StoreError, Use,
};

use super::Result;

/// Fails whatever it is asked.
pub(super) struct Broken;

#[async_trait]
impl RateLimiter for Broken {
    async fn acquire(&self, _: &[(LimitKey, Quota)], _: Timestamp) -> Result<Acquired> {
        Err(StoreError::new("broken"))
    }
}

#[async_trait]
impl ReplayGuard for Broken {
    async fn note(&self, _: &ReplayKey, _: Network, _: Timestamp, _: Timestamp) -> Result<Use> {
        Err(StoreError::new("broken"))
    }
}

#[async_trait]
impl PasswordHasher for Broken {
    async fn hash(&self, _: PlainPassword, _: Lane) -> std::result::Result<PasswordHash, HasherBusy> {
        Err(HasherBusy)
    }

    async fn verify(
        &self,
        _: PlainPassword,
        _: Option<PasswordHash>,
        _: Lane,
    ) -> std::result::Result<PasswordCheck, HasherBusy> {
        Err(HasherBusy)
    }
}
