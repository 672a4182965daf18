//! Avatars, which everyone may see.

use std::sync::Arc;

use salvo::http::StatusCode;
use salvo::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use salvo::{Depot, FlowCtrl, Handler, Request, Response, Router, async_trait};
use usher_domain::AvatarName;
use usher_ports::inbound::{ManageAvatars, Refusal};

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
