//! What a browser is told at the root: what this is, whether it is healthy, and where to go.

use std::sync::Arc;

use salvo::Request;
use salvo::async_trait;
use salvo::http::StatusCode;
use salvo::http::header::ACCEPT;
use serde::Serialize;
use usher_ports::inbound::{AuthenticateAdministrator, CheckReadiness};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;

/// Where a browser comes to by itself. Clients of the old backend find nothing there.
pub(super) const ROOT: &str = "";

/// Whether the caller asks for a page by name, as browsers do. A caller that accepts anything gets what programs get.
pub(super) fn wants_page(request: &Request) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let mut kinds = accepted.unwrap_or_default().split(',');
    kinds.any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html")))
}

#[derive(Serialize)]
pub(super) struct FrontView {
    pub(super) healthy: bool,
    /// Whether there is no administrator yet.
    pub(super) set_up: bool,
}

impl View for FrontView {
    const TEMPLATE: &'static str = "front.html";
}

/// The page.
pub(super) struct Front {
    pub(super) readiness: Arc<dyn CheckReadiness>,
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for Front {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let healthy = self.readiness.check().await.is_ok();
        let set_up = healthy && self.authenticator.is_to_be_set_up().await?;
        let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        request.page(pages, status, &FrontView { healthy, set_up })
    }
}
