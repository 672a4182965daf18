use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{FoundUser, Keyword, UserSession};
use usher_ports::inbound::{Refusal, SearchUsers};
use usher_ports::outbound::NameSearch;

use crate::Limits;

/// Searches by name.
pub struct SearchUsersService {
    /// Keeps the users.
    pub names: Arc<dyn NameSearch>,
    pub limits: Arc<Limits>,
}

/// Enough to find a user, too little to copy the directory.
const MOST: u32 = 20;

#[async_trait]
impl SearchUsers for SearchUsersService {
    async fn search(&self, searcher: &UserSession, keyword: &Keyword) -> Result<Vec<FoundUser>, Refusal> {
        self.limits.search(searcher.user()).await?;
        Ok(self.names.search(keyword, searcher.user(), MOST).await?)
    }
}
