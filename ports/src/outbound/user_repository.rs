use async_trait::async_trait;
use usher_domain::{
    ClientAddress, Device, DeviceFacts, DeviceId, Epoch, Keyword, Nickname, PasswordHash, Profile, Role,
    Status, Timestamp, User, UserId, Username, UsernameKey, Version,
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
    /// The device to link, if any.
    pub device: Option<DeviceId>,
    /// Where it comes from.
    pub from: ClientAddress,
    /// When.
    pub at: Timestamp,
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

/// What a change of status came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusChange {
    /// The status is the wanted one.
    Set(Box<User>),
    /// The row was changed since the caller looked.
    Conflict(Box<User>),
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
    /// Only registered users whose name contains it.
    pub name: Option<Keyword>,
}

/// Keeps users, their profiles, devices and aliases.
///
/// - Usernames must be unique by key and device ids as they are; a call that would break this must change nothing.
///   Of any number of calls at once for one name or one device, one must win.
/// - A user must be added together with a profile.
/// - An upgrade must happen only while the account is an enabled visitor, keep id and uuid, and start an epoch.
/// - Leaving the state enabled, a new password and deletion must start an epoch; enabling must not.
/// - A status must not be changed from another version than the expected one.
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

    /// By device.
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

    /// Adds a visitor with profile and device.
    ///
    /// # Errors
    /// A failed store.
    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor, StoreError>;

    /// Adds a registered user with profile and, if given, device.
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

    /// Sets the status, from the expected version if one is given.
    ///
    /// # Errors
    /// A failed store.
    async fn set_status(
        &self,
        id: UserId,
        status: Status,
        expected: Option<Version>,
        at: Timestamp,
    ) -> Result<StatusChange, StoreError>;

    /// Sets the password of a registered user; `None` where there is no such user.
    ///
    /// # Errors
    /// A failed store.
    async fn set_password(
        &self,
        id: UserId,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<Option<User>, StoreError>;

    /// Marks somebody as deleted, for good; `None` where there is nobody, or nobody any more.
    ///
    /// # Errors
    /// A failed store.
    async fn delete(&self, id: UserId, at: Timestamp) -> Result<Option<User>, StoreError>;

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

    /// A page of all users, newest first, starting below the id `before`.
    ///
    /// # Errors
    /// A failed store.
    async fn list(
        &self,
        filter: &UserFilter,
        before: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError>;
}
