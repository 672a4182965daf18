use async_trait::async_trait;
use usher_domain::{
    Amendment, ClientAddress, Deed, Device, DeviceFacts, DeviceId, Epoch, Fact, Keyword, Nickname,
    PasswordHash, Profile, Role, Search, Status, Timestamp, User, UserId, Username, UsernameKey, Version,
};
use uuid::Uuid;

use super::StoreError;

/// A visitor to be.
#[derive(Clone, Debug)]
pub struct NewVisitor {
    /// Public id.
    pub uuid: Uuid,
    /// Generated name.
    pub username: Username,
    /// The device it is known by.
    pub device: Device,
    /// Where it comes from.
    pub from: ClientAddress,
    /// When.
    pub at: Timestamp,
}

/// What adding a visitor came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddVisitor {
    /// It is there.
    Added(Box<User>),
    /// The device has an account already.
    DeviceTaken,
    /// The name is somebody else's.
    UsernameTaken,
}

/// A registered user to be.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Public id.
    pub uuid: Uuid,
    /// Chosen name.
    pub username: Username,
    /// Hash of the chosen password.
    pub password: PasswordHash,
    /// Nickname, may be empty.
    pub nickname: Nickname,
    /// URL of a picture, may be empty.
    pub avatar: String,
    /// The device to link, if any.
    pub device: Option<DeviceId>,
    /// Who asks for it.
    pub origin: Origin,
}

/// Who asks for an account.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Its owner, who thereby logs in.
    Owner {
        /// From where.
        from: ClientAddress,
        /// When.
        at: Timestamp,
    },
    /// An administrator.
    Administrator(Deed),
}

/// What adding a registered user came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddUser {
    /// It is there.
    Added(Box<User>),
    /// The name is somebody else's.
    UsernameTaken,
    /// The device to link has an account already.
    DeviceTaken,
}

/// A visitor that is to become a registered user.
#[derive(Clone, Debug)]
pub struct Upgrade {
    /// Who.
    pub user: UserId,
    /// Chosen name.
    pub username: Username,
    /// Hash of the chosen password.
    pub password: PasswordHash,
    /// From where.
    pub from: ClientAddress,
    /// When.
    pub at: Timestamp,
}

/// What an upgrade came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upgraded {
    /// Now a registered user, of the next epoch.
    Done(Box<User>),
    /// The name is somebody else's.
    UsernameTaken,
    /// No visitor any more, or not enabled.
    NotAVisitor,
}

/// What an amendment came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amended {
    /// The account is as it was wanted now.
    Done(Box<User>),
    /// It was so before.
    Unchanged(Box<User>),
    /// The row was changed since the caller looked.
    Conflict(Box<User>),
    /// The name is somebody else's.
    UsernameTaken,
    /// It makes no sense for this account.
    NotApplicable,
    /// There is nobody.
    NotFound,
}

/// What a search shows of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUser {
    /// Number.
    pub id: UserId,
    /// Public id.
    pub uuid: Uuid,
    /// Name.
    pub username: Username,
    /// Nickname.
    pub nickname: Nickname,
    /// URL of a picture.
    pub avatar: String,
    /// Role.
    pub role: Role,
}

/// Which users to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Only these.
    pub role: Option<Role>,
    /// Only these.
    pub status: Option<Status>,
    /// Only those that are deleted, or only those that are not.
    pub deleted: Option<bool>,
    /// Only those that were deleted before this time.
    pub deleted_before: Option<Timestamp>,
    /// Only those who came with a device of this platform.
    pub platform: Option<Fact>,
    /// Only those that it finds.
    pub search: Option<Search>,
}

/// In which order to list them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserOrder {
    /// By id, the highest first.
    #[default]
    Newest,
    /// By the last login, the latest first; those without one at the end.
    LastLogin,
    /// By name.
    Username,
}

/// A place in a list: behind somebody, as they were when they were listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPlace {
    /// Who.
    pub id: UserId,
    /// When they had logged in last.
    pub last_login: Option<Timestamp>,
    /// What they were called.
    pub username: UsernameKey,
}

impl UserPlace {
    /// Behind this one.
    pub fn behind(user: &User) -> Self {
        let last_login = user.last_login.map(|visit| visit.at);
        Self { id: user.id, last_login, username: user.username.key() }
    }
}

/// A device, and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenDevice {
    /// Which.
    pub device: Device,
    /// When it first came.
    pub first_seen: Timestamp,
    /// When it came last.
    pub last_seen: Timestamp,
}

/// Keeps users, their profiles, devices and aliases.
///
/// - Usernames must be unique by key and device ids as they are; a call that would break this must change nothing.
///   Of any number of calls at once for one name or one device, one must win.
/// - Everybody who is there must have a profile, each with a number of its own.
/// - An upgrade must happen only while the account is an enabled visitor, keep id and uuid, and start an epoch.
/// - Leaving the state enabled, a new password and deletion must start an epoch; enabling must not.
/// - Nothing must be amended from another version than the expected one.
/// - An amendment must leave an entry in the audit log, in the same transaction, if it changed anything.
/// - A login must not be recorded for an account that may not enter, or that started an epoch meanwhile.
/// - A visit must keep what is known of a device where the visitor does not say.
/// - A hash must not be replaced when it is no longer the one that was verified.
/// - A search must find exactly the enabled registered users, other than the searcher, whose key contains the keyword,
///   at most `limit` of them, and one whose key is the keyword first. Deleted ones must not be found.
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// By number.
    ///
    /// # Errors
    /// A failed store.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// By public id.
    ///
    /// # Errors
    /// A failed store.
    async fn find_by_uuid(&self, uuid: Uuid) -> Result<Option<User>, StoreError>;

    /// By name.
    ///
    /// # Errors
    /// A failed store.
    async fn find_by_username(&self, username: &UsernameKey) -> Result<Option<User>, StoreError>;

    /// By device, which is then the one that the user is shown with: whoever only knows this device learns of no other one
    /// of the account.
    ///
    /// # Errors
    /// A failed store.
    async fn find_by_device(&self, device: &DeviceId) -> Result<Option<User>, StoreError>;

    /// The password hash; visitors have none.
    ///
    /// # Errors
    /// A failed store.
    async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>, StoreError>;

    /// The profile.
    ///
    /// # Errors
    /// A failed store.
    async fn profile(&self, id: UserId) -> Result<Option<Profile>, StoreError>;

    /// Adds a visitor with its device.
    ///
    /// # Errors
    /// A failed store.
    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor, StoreError>;

    /// Adds a registered user and, if given, its device.
    ///
    /// # Errors
    /// A failed store.
    async fn add_user(&self, new: &NewUser) -> Result<AddUser, StoreError>;

    /// Makes a visitor a registered user.
    ///
    /// # Errors
    /// A failed store.
    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded, StoreError>;

    /// Notes that a device came back: what it says about itself, and for a visitor when and from where.
    ///
    /// # Errors
    /// A failed store.
    async fn record_visit(
        &self,
        device: &DeviceId,
        facts: &DeviceFacts,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes a login; tells whether the account may still enter, with the epoch the caller saw.
    ///
    /// # Errors
    /// A failed store.
    async fn record_login(
        &self,
        id: UserId,
        epoch: Epoch,
        from: ClientAddress,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Notes that a visitor turned out to be this user.
    ///
    /// # Errors
    /// A failed store.
    async fn record_alias(&self, visitor: UserId, user: UserId, at: Timestamp) -> Result<(), StoreError>;

    /// Whom a visitor turned out to be, newest first.
    ///
    /// # Errors
    /// A failed store.
    async fn aliases(&self, visitor: UserId) -> Result<Vec<UserId>, StoreError>;

    /// Changes an account as [`Amendment::apply`] says, from the expected version if one is given, and writes down who did
    /// it.
    ///
    /// # Errors
    /// A failed store.
    async fn amend(
        &self,
        id: UserId,
        amendment: &Amendment,
        expected: Option<Version>,
        deed: &Deed,
    ) -> Result<Amended, StoreError>;

    /// Those who were disabled until a moment that has come, and are not deleted: at most `limit`.
    ///
    /// # Errors
    /// A failed store.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<User>, StoreError>;

    /// Removes accounts for good that were deleted before a moment, at most `limit`, and tells how many. Their names and
    /// devices can be had again, their numbers cannot.
    ///
    /// # Errors
    /// A failed store.
    async fn purge(&self, before: Timestamp, limit: u32, deed: &Deed) -> Result<u64, StoreError>;

    /// Which of these pictures somebody has.
    ///
    /// # Errors
    /// A failed store.
    async fn avatars_in_use(&self, urls: &[String]) -> Result<Vec<String>, StoreError>;

    /// The devices of an account, the one seen last first.
    ///
    /// # Errors
    /// A failed store.
    async fn devices(&self, id: UserId) -> Result<Vec<SeenDevice>, StoreError>;

    /// Replaces a hash by a better one of the same password.
    ///
    /// # Errors
    /// A failed store.
    async fn replace_hash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<(), StoreError>;

    /// Searches by a part of the name.
    ///
    /// # Errors
    /// A failed store.
    async fn search(
        &self,
        keyword: &Keyword,
        searcher: UserId,
        limit: u32,
    ) -> Result<Vec<FoundUser>, StoreError>;

    /// A page of users, in an order, from a place on.
    ///
    /// # Errors
    /// A failed store.
    async fn list(
        &self,
        filter: &UserFilter,
        order: UserOrder,
        behind: Option<&UserPlace>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError>;

    /// How many there are, counted up to `most`.
    ///
    /// # Errors
    /// A failed store.
    async fn count(&self, filter: &UserFilter, most: u32) -> Result<u32, StoreError>;
}
