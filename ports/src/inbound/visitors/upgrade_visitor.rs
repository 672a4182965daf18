use async_trait::async_trait;
use usher_domain::AuthenticatedDevice;

use crate::inbound::{Refusal, Registration, SignedIn};

/// Makes a visitor a full user, who keeps id, uuid and history.
///
/// A device that has no visitor, or whose visitor was upgraded before, registers a new account; the name
/// and password of an existing user never change.
#[async_trait]
pub trait UpgradeVisitor: Send + Sync {
    /// Upgrades, ends the visitor's sessions and opens a user's.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], [`Refusal::UsernameTaken`], [`Refusal::AccountUnavailable`] where the device's
    /// account is disabled, [`Refusal::Busy`].
    async fn upgrade(&self, device: AuthenticatedDevice, command: Registration) -> Result<SignedIn, Refusal>;
}
