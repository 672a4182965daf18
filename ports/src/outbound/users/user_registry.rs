use async_trait::async_trait;
use usher_domain::{
    AuditAction, AuditContext, AuditRecord, ClientAddress, Device, DeviceId, Nickname, PasswordHash,
    Timestamp, User, UserId, Username,
};
use uuid::Uuid;

use crate::outbound::StoreError;

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
    /// Another user has this name.
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

impl NewUser {
    /// The entry in the audit log, if an administrator asks for the account, which is then so.
    pub fn record(&self, added: &User) -> Option<AuditRecord> {
        match &self.origin {
            Origin::Owner { .. } => None,
            Origin::Administrator(context) => Some(context.on(AuditAction::UserCreated, None, added)),
        }
    }
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
    Administrator(AuditContext),
}

/// What adding a registered user came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddUser {
    /// It is there.
    Added(Box<User>),
    /// Another user has this name.
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

/// The outcome of an upgrade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upgraded {
    /// Now a registered user, of the next epoch.
    Done(Box<User>),
    /// Another user has this name.
    UsernameTaken,
    /// No visitor any more, or not enabled.
    NotAVisitor,
}

/// Adds users, and upgrades visitors.
///
/// - Usernames must be unique by key and device ids as they are; a call that would break this must change nothing.
///   Of any number of calls at once for one name or one device, one must win.
/// - An upgrade must happen only while the account is an enabled visitor, keep id and uuid, and start an epoch.
#[async_trait]
pub trait UserRegistry: Send + Sync {
    /// Adds a visitor with its device.
    async fn add_visitor(&self, new: &NewVisitor) -> Result<AddVisitor, StoreError>;

    /// Adds a registered user and, if given, its device.
    async fn add_user(&self, new: &NewUser) -> Result<AddUser, StoreError>;

    /// Makes a visitor a registered user.
    async fn upgrade(&self, upgrade: &Upgrade) -> Result<Upgraded, StoreError>;
}
