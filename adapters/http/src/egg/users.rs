//! Search and profiles of other users.

use std::sync::Arc;

use salvo::async_trait;
use usher_domain::Caller;
use usher_ports::inbound::{AuthenticateSession, Refusal, SearchUsers, ViewProfile};

use super::answer::Route;
use super::failure::Failure;
use super::objects::{FoundObject, ProfileObject};
use super::request::EggRequest;

/// `POST /api/chat/searchUser`
pub(super) struct SearchUser {
    pub(super) sessions: Arc<dyn AuthenticateSession>,
    pub(super) users: Arc<dyn SearchUsers>,
}

#[async_trait]
impl Route for SearchUser {
    type Data = Vec<FoundObject>;

    async fn answer(&self, request: EggRequest) -> Result<Vec<FoundObject>, Failure> {
        let Caller::User(searcher) = self.sessions.authenticate(request.token()?).await? else {
            return Err(Refusal::UserRequired.into());
        };
        let found = self.users.search(&searcher, &request.keyword()?).await?;
        Ok(found.into_iter().map(FoundObject::from).collect())
    }
}

/// `GET /api/userinfo/{subject}`
pub(super) struct UserInfo {
    pub(super) profiles: Arc<dyn ViewProfile>,
}

#[async_trait]
impl Route for UserInfo {
    type Data = ProfileObject;

    async fn answer(&self, request: EggRequest) -> Result<ProfileObject, Failure> {
        let uuid = request.subject.as_deref().and_then(|text| text.parse().ok()).ok_or(Refusal::NotFound)?;
        Ok(self.profiles.view(uuid).await?.into())
    }
}
