use async_trait::async_trait;
use usher_domain::{Fact, Role, Search, Status, Timestamp, User, UserId, UsernameKey};

use crate::outbound::StoreError;

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

/// Lists all users for administrators.
#[async_trait]
pub trait UserDirectory: Send + Sync {
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
