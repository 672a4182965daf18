use std::num::NonZeroU32;

use async_trait::async_trait;
use usher_domain::{ClientAddress, DeviceAttributes, DeviceId, NewSession, NewVisitor, Session};

use super::{AddVisitor, Started, StoreError};

/// Signs visitors in: the account and its session.
///
/// - A visitor that is added must have its session, and where the device or the name is taken no session must start.
/// - A visitor who comes back must get a session only in the epoch that the caller saw, with the visit recorded, and at
///   most `keep` of them.
/// - One database that keeps both must write them in one transaction.
#[async_trait]
pub trait VisitorSignIn: Send + Sync {
    /// Adds a visitor with its device and its first session.
    async fn add(&self, new: &NewVisitor, session: &NewSession) -> Result<AddVisitor, StoreError>;

    /// Records at the start of `session` that its user came back with a device, and starts it.
    async fn resume(
        &self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        session: &Session,
        keep: NonZeroU32,
    ) -> Result<Started, StoreError>;
}
