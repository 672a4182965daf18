//! Avatars: uploaded by administrators, served to everyone.

use std::sync::Arc;

use salvo::http::StatusCode;
use salvo::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use salvo::{Depot, FlowCtrl, Handler, Request, Response, Router, async_trait};
use serde_json::json;
use usher_domain::{AvatarName, AvatarSize};
use usher_ports::inbound::{AdminRefusal, ManageAvatars, Refusal};

use super::failure::Failure;
use super::guard::Page;
use super::pages::Pages;
use super::request::{AdminRequest, AdminResponse, Content};

/// Stores a picture and answers with its URL, as the old backend did.
pub(super) struct Upload {
    pub(super) avatars: Arc<dyn ManageAvatars>,
}

#[async_trait]
impl Page for Upload {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let file = request.file.as_ref().ok_or(AdminRefusal::NotAPicture)?;
        let name = self.avatars.store(operator, file.to_vec()).await?;
        let body = json!({ "msg": "ok", "data": name.url(AvatarSize::Large) });
        Ok(AdminResponse::of(StatusCode::OK, Content::Json(body.to_string())))
    }
}

pub(super) fn router(avatars: &Arc<dyn ManageAvatars>) -> Router {
    let show = || Show(Arc::clone(avatars));
    Router::with_path("avatars/{file}").get(show()).head(show())
}

struct Show(Arc<dyn ManageAvatars>);

/// Whatever has this name is this picture, for ever. Pages anywhere may show it, and nothing in it runs.
#[async_trait]
impl Handler for Show {
    async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        let name = request.param::<String>("file").and_then(|file| AvatarName::parse(&file));
        let found = match &name {
            Some((name, size)) => self.0.show(name, *size).await.map(|bytes| (name.kind(), bytes)),
            None => Err(Refusal::NotFound),
        };
        match found {
            Ok((kind, bytes)) => {
                for (header, value) in [
                    (CONTENT_TYPE, kind.media_type()),
                    (CACHE_CONTROL, "public, max-age=31536000, immutable"),
                    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
                    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
                ] {
                    response.headers_mut().insert(header, HeaderValue::from_static(value));
                }
                let _ = response.write_body(bytes);
            }
            Err(Refusal::NotFound) => {
                response.status_code(StatusCode::NOT_FOUND);
            }
            Err(refusal) => {
                tracing::error!(error = &refusal as &dyn std::error::Error, "a picture could not be shown");
                response.status_code(StatusCode::SERVICE_UNAVAILABLE);
            }
        }
    }
}
