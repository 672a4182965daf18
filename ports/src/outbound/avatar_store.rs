use async_trait::async_trait;
use usher_domain::{AvatarName, AvatarSize, Timestamp};

use super::StoreError;

/// What storing a picture came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAvatar {
    /// It is there, under this name.
    Stored(AvatarName),
    /// It is none, or of no kind that is taken.
    NotAPicture,
    /// It has more bytes or pixels than are taken.
    TooLarge,
}

/// Keeps pictures.
///
/// - What is stored must be a PNG, JPEG or WebP picture by its content, whatever it is called; and must be written anew
///   from its pixels, square, in every size, upright, and without anything else that was in the file.
/// - A picture that has too many pixels must be refused before they are decoded.
/// - A picture must be found under its name until it is deleted, and under no other.
#[async_trait]
pub trait AvatarStore: Send + Sync {
    /// Stores a picture, under a name made of these bits.
    ///
    /// # Errors
    /// A failed store.
    async fn store(&self, picture: Vec<u8>, random: [u8; 16]) -> Result<StoreAvatar, StoreError>;

    /// A picture.
    ///
    /// # Errors
    /// A failed store.
    async fn find(&self, name: &AvatarName, size: AvatarSize) -> Result<Option<Vec<u8>>, StoreError>;

    /// Deletes a picture, in every size, if it is there.
    ///
    /// # Errors
    /// A failed store.
    async fn delete(&self, name: &AvatarName) -> Result<(), StoreError>;

    /// Pictures that were stored before a moment.
    ///
    /// # Errors
    /// A failed store.
    async fn stored_before(&self, moment: Timestamp) -> Result<Vec<AvatarName>, StoreError>;
}
