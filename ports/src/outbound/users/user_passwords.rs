use async_trait::async_trait;
use usher_domain::{PasswordHash, UserId};

use crate::outbound::StoreError;

/// Keeps the hashes of passwords.
///
/// - A hash must not be replaced when it is no longer the one that was verified.
#[async_trait]
pub trait UserPasswords: Send + Sync {
    /// The password hash; visitors have none.
    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>, StoreError>;

    /// Replaces a hash by a better one of the same password.
    async fn replace_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<(), StoreError>;
}
