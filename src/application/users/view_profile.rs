use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{PublicProfile, User};
use usher_ports::inbound::{Refusal, ViewProfile};
use usher_ports::outbound::UserLookup;
use uuid::Uuid;

/// Shows profiles.
pub struct ViewProfileService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
}

#[async_trait]
impl ViewProfile for ViewProfileService {
    async fn view(&self, uuid: Uuid) -> Result<PublicProfile, Refusal> {
        let user = self.users.find_by_uuid(uuid).await?.filter(User::is_active).ok_or(Refusal::NotFound)?;
        let profile = self.users.profile(user.id).await?.ok_or(Refusal::NotFound)?;
        Ok(PublicProfile::of(user, profile))
    }
}
