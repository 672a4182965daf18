//! Routes of the old protocol, and the envelope around their answers.

use std::sync::Arc;

use salvo::http::StatusCode;
use salvo::writing::Json;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait, handler};
use serde::Serialize;

use super::envelope::Envelope;
use super::failure::{Failure, fail, unavailable};
use super::request::EggRequest;
use crate::middleware::ClientAddresses;

/// One route of the old protocol.
#[async_trait]
pub(super) trait Route: Send + Sync + 'static {
    /// What stands in `data` when all goes well.
    type Data: Serialize + Send;

    async fn answer(&self, request: EggRequest) -> Result<Self::Data, Failure>;
}

/// A route with the envelope around its answers.
pub(super) struct Enveloped<R> {
    pub(super) route: R,
    pub(super) addresses: Arc<ClientAddresses>,
}

#[async_trait]
impl<R: Route> Handler for Enveloped<R> {
    async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        let answer = match EggRequest::read(request, &self.addresses).await {
            Ok(request) => self.route.answer(request).await,
            Err(failure) => Err(failure),
        };
        match answer {
            Ok(data) => response.render(Json(Envelope { msg: "ok", data })),
            Err(failure) => failure.render(response),
        }
    }
}

/// What is said where no handler answered. A known path with another method is no route to the old clients, either.
#[handler]
pub(crate) fn no_route(request: &Request, response: &mut Response) {
    match response.status_code.unwrap_or(StatusCode::NOT_FOUND) {
        StatusCode::NOT_FOUND => fail(response, StatusCode::NOT_FOUND, "404 错误"),
        StatusCode::METHOD_NOT_ALLOWED if request.uri().path().starts_with("/api/") => {
            fail(response, StatusCode::NOT_FOUND, "404 错误");
        }
        StatusCode::SERVICE_UNAVAILABLE => unavailable(response),
        StatusCode::INTERNAL_SERVER_ERROR => {
            fail(response, StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        }
        status => fail(response, status, status.canonical_reason().unwrap_or("error")),
    }
}
