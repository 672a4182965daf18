use async_trait::async_trait;
use usher_domain::{Keyword, Nickname, Role, UserId, Username};
use uuid::Uuid;

use crate::outbound::StoreError;

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

/// Searches users by a substring of their name.
///
/// - A search must find exactly the enabled registered users, other than the searcher, whose key contains the keyword,
///   at most `limit` of them, and one whose key is the keyword first. Deleted ones must not be found.
#[async_trait]
pub trait NameSearch: Send + Sync {
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
}
