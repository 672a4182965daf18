use async_trait::async_trait;
use usher_domain::{AvatarName, AvatarSize, Operator};

use super::{AdminRefusal, Refusal};
use crate::outbound::StoreError;

/// Takes pictures in and gives them out.
#[async_trait]
pub trait KeepAvatars: Send + Sync {
    /// Stores a picture that an administrator sent. One that nobody has is deleted after a day.
    ///
    /// # Errors
    /// [`AdminRefusal::NotAPicture`], [`AdminRefusal::TooLarge`], or a failed store.
    async fn store(&self, by: Operator<'_>, picture: Vec<u8>) -> Result<AvatarName, AdminRefusal>;

    /// A picture, for anybody.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or a failed store.
    async fn show(&self, name: &AvatarName, size: AvatarSize) -> Result<Vec<u8>, Refusal>;

    /// Deletes pictures that nobody has, and tells how many.
    ///
    /// # Errors
    /// A failed store.
    async fn sweep(&self) -> Result<u64, StoreError>;
}
