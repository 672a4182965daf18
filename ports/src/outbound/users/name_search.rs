use async_trait::async_trait;
use usher_domain::{FoundUser, Keyword, UserId};

use crate::outbound::StoreError;

/// Searches users by a substring of their name.
///
/// - A search must find exactly the enabled registered users, other than the searcher, whose key contains the keyword,
///   at most `limit` of them, and one whose key is the keyword first. Deleted ones must not be found.
#[async_trait]
pub trait NameSearch: Send + Sync {
    /// Searches by a substring of the name.
    async fn search(
        &self,
        keyword: &Keyword,
        searcher: UserId,
        limit: u32,
    ) -> Result<Vec<FoundUser>, StoreError>;
}
