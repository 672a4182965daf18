use async_trait::async_trait;
use usher_domain::{AuthenticatedDevice, ClientAddress, DeviceAttributes};

use crate::inbound::{Refusal, SignedIn};

/// Gives a device an identity at once: its own from before, or a new one.
///
/// The session is a visitor's, also where the account behind the device was registered since: then it can do no more
/// than a visitor's and shows nothing private.
#[async_trait]
pub trait RegisterVisitor: Send + Sync {
    /// Creates or resumes. Any number of calls at once for one device yield one account.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], [`Refusal::AccountUnavailable`] for a disabled account.
    async fn register(
        &self,
        device: AuthenticatedDevice,
        attributes: DeviceAttributes,
        from: ClientAddress,
    ) -> Result<SignedIn, Refusal>;
}
