use async_trait::async_trait;
use usher_domain::{
    ManagedUser, Nickname, Operator, PlainPassword, UserId, Username, UsernameKey, Version, Viewer,
};

use crate::inbound::AdminRefusal;

/// A registered user to create.
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

/// What to change about a user.
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
    /// The version that the administrator saw: guards against overwriting a concurrent change.
    pub expected: Option<Version>,
}

/// What makes a visitor a registered user.
#[derive(Clone, Debug)]
pub struct ConvertUserCommand {
    /// The name.
    pub username: Username,
    /// The password.
    pub password: PlainPassword,
    /// The version that the administrator saw.
    pub expected: Option<Version>,
}

/// Creates and edits users.
#[async_trait]
pub trait AdminEditUser: Send + Sync {
    /// Whether the name is free. It may be taken a moment later.
    async fn is_free(&self, by: Viewer<'_>, username: &UsernameKey) -> Result<bool, AdminRefusal>;

    /// Creates a registered user.
    ///
    /// # Errors
    /// [`AdminRefusal::WeakPassword`], [`AdminRefusal::UsernameTaken`], [`AdminRefusal::Busy`].
    async fn create(&self, by: Operator<'_>, command: CreateUserCommand)
    -> Result<ManagedUser, AdminRefusal>;

    /// Makes a visitor a registered user, who keeps id and history, and ends the visitor's sessions.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], [`AdminRefusal::UsernameTaken`],
    /// [`AdminRefusal::NotApplicable`], [`AdminRefusal::WeakPassword`], [`AdminRefusal::Busy`].
    async fn convert(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: ConvertUserCommand,
    ) -> Result<ManagedUser, AdminRefusal>;

    /// Edits a user. A new password ends all sessions.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], [`AdminRefusal::Conflict`], [`AdminRefusal::UsernameTaken`],
    /// [`AdminRefusal::NotApplicable`], [`AdminRefusal::WeakPassword`], [`AdminRefusal::Busy`].
    async fn edit(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: EditUserCommand,
    ) -> Result<ManagedUser, AdminRefusal>;
}
