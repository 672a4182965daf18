//! Avatars that administrators upload.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde_json::json;
use usher_domain::AvatarSize;
use usher_ports::inbound::{AdminRefusal, ManageAvatars};

use super::failure::Failure;
use super::guard::Page;
use super::pages::Pages;
use super::request::AdminRequest;
use super::response::{AdminResponse, Content};

/// Stores a picture and answers with its URL, as the old backend did.
pub(super) struct Upload {
    pub(super) avatars: Arc<dyn ManageAvatars>,
}

#[async_trait]
impl Page for Upload {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        if request.oversized {
            return Err(Failure::TooLarge);
        }
        let file = request.file.as_ref().ok_or(AdminRefusal::NotAPicture)?;
        let name = self.avatars.store(operator, file.to_vec()).await?;
        let body = json!({ "msg": "ok", "data": name.url(AvatarSize::Large) });
        Ok(AdminResponse::of(StatusCode::OK, Content::Json(body.to_string())))
    }
}
