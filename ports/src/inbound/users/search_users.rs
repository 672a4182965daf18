use async_trait::async_trait;
use usher_domain::{FoundUser, Keyword, UserSession};

use crate::inbound::Refusal;

/// Finds registered users by a part of their name.
#[async_trait]
pub trait SearchUsers: Send + Sync {
    /// At most 20 enabled registered users other than the one who asks; one who is called exactly that comes first.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`].
    async fn search(&self, searcher: &UserSession, keyword: &Keyword) -> Result<Vec<FoundUser>, Refusal>;
}
