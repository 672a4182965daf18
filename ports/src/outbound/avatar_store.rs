use async_trait::async_trait;
use usher_domain::{AvatarName, AvatarSize, InstallationId, Timestamp};

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
    /// As many pictures as are taken in at once are being decoded or wait for it.
    Busy,
}

/// Keeps pictures.
///
/// - What is stored must be a PNG, JPEG or WebP picture by its content, whatever it is called; and must be written anew
///   from its pixels, square, in every size, upright, and without anything else that was in the file.
/// - A picture whose pixels would take too much memory must be refused before they are decoded.
/// - Pictures must be decoded one after the other, and only a few must wait for it.
/// - A picture must be found under its name until it is deleted, and under no other.
/// - A store that belongs to an installation must not be claimed by another one, only taken over.
#[async_trait]
pub trait AvatarStore: Send + Sync {
    /// Stores a picture, under a name made of these bits.
    async fn store(&self, picture: Vec<u8>, random: [u8; 16]) -> Result<StoreAvatar, StoreError>;

    /// A picture.
    async fn find(&self, name: &AvatarName, size: AvatarSize) -> Result<Option<Vec<u8>>, StoreError>;

    /// Deletes a picture, in every size, if it is there.
    async fn delete(&self, name: &AvatarName) -> Result<(), StoreError>;

    /// Pictures that were stored before a before.
    async fn stored_before(&self, before: Timestamp) -> Result<Vec<AvatarName>, StoreError>;

    /// The installation that the store belongs to; none if it was never claimed.
    async fn owner(&self) -> Result<Option<InstallationId>, StoreError>;

    /// Claims the store for this installation if it has no owner; returns its owner.
    async fn claim(&self, installation: InstallationId) -> Result<InstallationId, StoreError>;

    /// Makes the store this installation's, whosoever it was.
    async fn take_over(&self, installation: InstallationId) -> Result<(), StoreError>;
}
