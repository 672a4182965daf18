use async_trait::async_trait;
use usher_domain::{DeviceId, Profile, SeenDevice, User, UserId, UsernameKey};
use uuid::Uuid;

use crate::outbound::StoreError;

/// Finds users by what they are known by.
///
/// - Every user must have a profile, each with an id of its own.
#[async_trait]
pub trait UserLookup: Send + Sync {
    /// By number.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// By public id.
    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>, StoreError>;

    /// By name.
    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>, StoreError>;

    /// By device, which is then the one that the user is shown with: a client that only knows this device learns of no other
    /// one of the account.
    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>, StoreError>;

    /// The profile.
    async fn profile(&self, id: UserId) -> Result<Option<Profile>, StoreError>;

    /// The devices of an account, the one seen last first.
    async fn devices(&self, id: UserId) -> Result<Vec<SeenDevice>, StoreError>;

    /// Whom a visitor turned out to be, newest first.
    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>, StoreError>;
}
