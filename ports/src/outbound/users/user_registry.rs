use async_trait::async_trait;
use usher_domain::{NewUser, NewVisitor, Upgrade, User};

use crate::outbound::StoreError;

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
