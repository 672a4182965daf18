use async_trait::async_trait;
use usher_domain::{AvatarName, AvatarSize, InstallationId, Operator, Owner};

use crate::StoreError;
use crate::inbound::{AdminRefusal, Refusal};

/// The outcome of a sweep of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AvatarSweep {
    /// This many unused pictures were deleted.
    Swept(u64),
    /// Nothing was deleted: the store belongs to another installation, or to none while no picture in it is in use here.
    Foreign(Option<InstallationId>),
    /// Nothing was deleted: it would have been more than is plausible.
    TooMany(AvatarSurvey),
}

/// How many pictures there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvatarSurvey {
    /// The installation that the store belongs to, if it was claimed.
    pub owner: Option<InstallationId>,
    /// This installation.
    pub installation: InstallationId,
    /// Pictures that are a day old.
    pub stored: u64,
    /// Those of them that no user has.
    pub unused: u64,
}

/// Stores and serves avatars.
#[async_trait]
pub trait ManageAvatars: Send + Sync {
    /// Stores a picture that an administrator sent. An unused one is deleted after a day.
    ///
    /// # Errors
    /// [`AdminRefusal::NotAPicture`], [`AdminRefusal::PictureTooLarge`], [`AdminRefusal::Busy`].
    async fn store(&self, by: Operator<'_>, picture: Vec<u8>) -> Result<AvatarName, AdminRefusal>;

    /// A picture. Public.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    async fn show(&self, name: &AvatarName, size: AvatarSize) -> Result<Vec<u8>, Refusal>;

    /// Claims a store that belongs to no installation yet, if it is empty or holds pictures that are in use here.
    async fn claim(&self) -> Result<(), StoreError>;

    /// Deletes unused pictures, if the store is this installation's and they are a plausible number.
    async fn sweep(&self) -> Result<AvatarSweep, StoreError>;

    /// Counts pictures, and changes nothing.
    async fn survey(&self, by: Owner<'_>) -> Result<AvatarSurvey, AdminRefusal>;

    /// Takes the store over and deletes all unused pictures, however many they are; returns how many.
    async fn sweep_all(&self, by: Owner<'_>) -> Result<u64, AdminRefusal>;
}
