use async_trait::async_trait;
use usher_domain::PublicProfile;
use uuid::Uuid;

use crate::inbound::Refusal;

/// Shows a user's public profile.
#[async_trait]
pub trait ViewProfile: Send + Sync {
    /// The account and its profile.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where there is no such user, or a disabled one.
    async fn view(&self, uuid: Uuid) -> Result<PublicProfile, Refusal>;
}
