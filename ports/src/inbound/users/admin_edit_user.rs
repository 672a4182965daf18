use async_trait::async_trait;
use usher_domain::{
    ManagedUser, Nickname, Operator, PlainPassword, UserId, Username, UsernameKey, Version, Viewer,
};

use crate::inbound::AdminRefusal;

/// A registered user an administrator wants to have.
#[derive(Clone, Debug)]
pub struct CreateUserCommand {
    /// The name.
    pub username: Username,
    /// What others see; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// The password.
    pub password: PlainPassword,
}

/// How an administrator wants somebody to be.
#[derive(Clone, Debug)]
pub struct EditUserCommand {
    /// The name; `None` leaves it, as for visitors.
    pub username: Option<Username>,
    /// What others see.
    pub nickname: Nickname,
    /// URL of a picture; `None` leaves it.
    pub avatar: Option<String>,
    /// A new password; `None` leaves it.
    pub password: Option<PlainPassword>,
    /// Guards against undoing what another administrator just did.
    pub expected: Option<Version>,
}

/// Writes users' forms.
#[async_trait]
pub trait AdminEditUser: Send + Sync {
    /// Whether nobody has this name. Somebody may have it a moment later.
    ///
    /// # Errors
    /// A failed store.
    async fn is_free(&self, by: Viewer<'_>, username: &UsernameKey) -> Result<bool, AdminRefusal>;

    /// Makes a registered user.
    ///
    /// # Errors
    /// [`AdminRefusal::WeakPassword`], [`AdminRefusal::UsernameTaken`], [`AdminRefusal::Busy`], or a failed store.
    async fn create(&self, by: Operator<'_>, command: CreateUserCommand)
    -> Result<ManagedUser, AdminRefusal>;

    /// Changes somebody. A new password ends all sessions.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], [`AdminRefusal::UsernameTaken`],
    /// [`AdminRefusal::NotApplicable`], [`AdminRefusal::WeakPassword`], [`AdminRefusal::Busy`], or a failed store.
    async fn edit(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: EditUserCommand,
    ) -> Result<ManagedUser, AdminRefusal>;
}
