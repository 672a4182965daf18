use async_trait::async_trait;
use usher_domain::{
    DeviceAttributes, DeviceTag, ManagedUser, Profile, Session, ShortDeviceId, Timestamp, UserCursor,
    UserFilter, UserId, UsernameKey, Viewer,
};
use uuid::Uuid;

use crate::inbound::AdminRefusal;

/// A reference to one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserReference {
    /// By number.
    Id(UserId),
    /// By public id.
    Uuid(Uuid),
    /// By username.
    Username(UsernameKey),
}

impl UserReference {
    /// Reads what an administrator typed: a number, a uuid, or else a username. `@` in front makes it a username
    /// whatever it looks like, for names that consist of digits.
    pub fn parse(text: &str) -> Self {
        if let Some(username) = text.strip_prefix('@') {
            return Self::Username(UsernameKey::of(username));
        }
        if let Ok(id) = text.parse() {
            return Self::Id(UserId(id));
        }
        Uuid::parse_str(text).map_or_else(|_| Self::Username(UsernameKey::of(text)), Self::Uuid)
    }
}

/// A device, without the id that would allow resuming its visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDevice {
    /// The beginning of its id.
    pub id: ShortDeviceId,
    /// What it can be banned by.
    pub tag: DeviceTag,
    /// What is known about it.
    pub attributes: DeviceAttributes,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}

/// All that is known about a user.
#[derive(Clone, Debug)]
pub struct UserDetails {
    /// The account.
    pub user: ManagedUser,
    /// The public profile.
    pub profile: Profile,
    /// Their devices, the one seen last first.
    pub devices: Vec<ListedDevice>,
    /// Their live sessions, newest first.
    pub sessions: Vec<Session>,
    /// Whom a visitor turned out to be.
    pub aliases: Vec<UserId>,
}

/// Shows administrators who there is. Viewers find devices by the eight characters that are shown to them or by a whole
/// id, and by nothing between.
#[async_trait]
pub trait AdminListUsers: Send + Sync {
    /// One user.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn find(&self, by: Viewer<'_>, name: &UserReference) -> Result<ManagedUser, AdminRefusal>;

    /// One user, with everything that belongs to them.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`].
    async fn details(&self, by: Viewer<'_>, user: UserId) -> Result<UserDetails, AdminRefusal>;

    /// A page of users, in the order and from the place that the cursor says.
    async fn list(
        &self,
        by: Viewer<'_>,
        filter: &UserFilter,
        cursor: &UserCursor,
        limit: u32,
    ) -> Result<Vec<ManagedUser>, AdminRefusal>;

    /// How many there are, counted up to `most`.
    async fn count(&self, by: Viewer<'_>, filter: &UserFilter, most: u32) -> Result<u32, AdminRefusal>;
}
