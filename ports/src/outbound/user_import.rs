use async_trait::async_trait;
use usher_domain::{
    ClientAddress, Device, Nickname, PasswordHash, Role, Timestamp, User, UserId, Username, Visit,
};
use uuid::Uuid;

use super::StoreError;

/// A user to be added among many: a registered one if there is a password, otherwise a visitor.
#[derive(Clone, Debug)]
pub struct ImportedUser {
    /// Public id.
    pub uuid: Uuid,
    /// Name.
    pub username: Username,
    /// Hash of the password of a registered user.
    pub password: Option<PasswordHash>,
    /// Nickname, may be empty.
    pub nickname: Nickname,
    /// The device that leads to the account.
    pub device: Device,
    /// The address of the registration and of the last login.
    pub from: ClientAddress,
    /// The time of both.
    pub at: Timestamp,
}

impl ImportedUser {
    /// The account, before the store has given it a number.
    pub fn account(&self) -> User {
        let visit = Visit { at: self.at, from: Some(self.from.ip()) };
        let role = if self.password.is_some() { Role::User } else { Role::Visitor };
        User {
            nickname: self.nickname.clone(),
            device: Some(self.device.clone()),
            last_login: Some(visit),
            ..User::new(UserId(0), self.uuid, self.username.clone(), role, visit)
        }
    }
}

/// The outcome of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// All were added; their numbers, in the order of the users.
    Done(Vec<UserId>),
    /// A name or a device is taken: none was added.
    Taken,
}

/// Adds many users in one transaction, as an installation is filled.
///
/// - Imported users must be found by all that users are found by who were added one by one.
/// - Where one cannot be added, none must be.
#[async_trait]
pub trait UserImport: Send + Sync {
    /// Adds all of them or none.
    ///
    /// # Errors
    /// When the store fails; nothing was added then.
    async fn import(&self, users: &[ImportedUser]) -> Result<Imported, StoreError>;
}
