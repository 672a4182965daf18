use std::sync::Arc;
use std::time::Duration;

use salvo::http::StatusCode;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

use super::guard::{Message, give, protect};
use super::pages::Pages;
use super::request::AdminRequest;
use super::response::AdminResponse;
use crate::middleware::ClientAddresses;

/// Answers with a page where no handler answered. It asks no store, which may be why none did: so the page shows no
/// administrator.
pub(super) struct PageCatcher {
    pub(super) pages: Arc<Pages>,
    pub(super) addresses: Arc<ClientAddresses>,
}

#[async_trait]
impl Handler for PageCatcher {
    async fn handle(
        &self,
        raw: &mut Request,
        _: &mut Depot,
        response: &mut Response,
        control: &mut FlowCtrl,
    ) {
        control.skip_rest();
        let status = response.status_code.unwrap_or(StatusCode::NOT_FOUND);
        let unavailable = status.is_server_error();
        let message = match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "not-found",
            _ if unavailable => "unavailable",
            _ => "bad-request",
        };
        // There is no administrator, so no token that this would mask.
        let request = AdminRequest::new(raw, &self.addresses, [0; 32]);
        let retry_after = unavailable.then_some(Duration::from_secs(1));
        match request.page(&self.pages, status, &Message { message, name: "" }) {
            Ok(page) => {
                protect(response.headers_mut());
                give(AdminResponse { retry_after, ..page }, &request, response);
            }
            Err(failure) => tracing::error!(error = &failure as &dyn std::error::Error, "no error page"),
        }
    }
}
