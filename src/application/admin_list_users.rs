use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{User, UserId, Viewer};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, UserName};
use usher_ports::outbound::{UserFilter, UserRepository};

/// Lists users.
pub struct ListUsers {
    /// Keeps them.
    pub users: Arc<dyn UserRepository>,
}

#[async_trait]
impl AdminListUsers for ListUsers {
    async fn find(&self, _by: Viewer<'_>, name: &UserName) -> Result<User, AdminRefusal> {
        let user = match name {
            UserName::Id(id) => self.users.find(*id).await?,
            UserName::Uuid(uuid) => self.users.find_by_uuid(*uuid).await?,
            UserName::Username(username) => self.users.find_by_username(username).await?,
        };
        user.ok_or(AdminRefusal::NotFound)
    }

    async fn list(
        &self,
        _by: Viewer<'_>,
        filter: &UserFilter,
        before: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<User>, AdminRefusal> {
        Ok(self.users.list(filter, before, limit).await?)
    }
}
