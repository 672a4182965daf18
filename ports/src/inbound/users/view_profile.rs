use async_trait::async_trait;
use usher_domain::PublicProfile;
use uuid::Uuid;

use crate::inbound::Refusal;

/// Shows what everybody may know about somebody.
#[async_trait]
pub trait ViewProfile: Send + Sync {
    /// The account and its profile.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where there is nobody, or nobody who may be seen; or a failed store.
    async fn view(&self, uuid: Uuid) -> Result<PublicProfile, Refusal>;
}
