use async_trait::async_trait;
use usher_domain::{User, UserId, UsernameKey, Viewer};
use uuid::Uuid;

use super::AdminRefusal;
use crate::outbound::UserFilter;

/// A way to name one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserName {
    /// By number.
    Id(UserId),
    /// By public id.
    Uuid(Uuid),
    /// By username.
    Username(UsernameKey),
}

impl UserName {
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

/// Shows administrators who there is.
#[async_trait]
pub trait AdminListUsers: Send + Sync {
    /// One user.
    ///
    /// # Errors
    /// [`AdminRefusal::NotFound`], or a failed store.
    async fn find(&self, by: Viewer<'_>, name: &UserName) -> Result<User, AdminRefusal>;

    /// A page of users, newest first, starting below the id `before`.
    ///
    /// # Errors
    /// A failed store.
    async fn list(
        &self,
        by: Viewer<'_>,
        filter: &UserFilter,
        before: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>, AdminRefusal>;
}
