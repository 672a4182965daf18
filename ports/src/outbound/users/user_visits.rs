use async_trait::async_trait;
use usher_domain::{ClientAddress, DeviceAttributes, DeviceId, Epoch, Timestamp, UserId};

use crate::outbound::StoreError;

/// Records visits and logins, and which users a visitor turned out to be.
///
/// - A login must not be recorded for an account that may not enter, or that started an epoch meanwhile.
/// - A visit must keep what is known of a device where the visitor does not say.
#[async_trait]
pub trait UserVisits: Send + Sync {
    /// Notes that a device came back: what it says about itself, and for a visitor when and from where.
    async fn record_visit(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes a login; returns whether the account may still enter, with the epoch the caller saw.
    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Notes that a visitor turned out to be this user.
    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
}
