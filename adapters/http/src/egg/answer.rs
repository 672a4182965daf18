//! Routes of the old protocol, and the envelope around their answers.

use std::sync::Arc;

use salvo::writing::Json;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};
use serde::Serialize;

use super::envelope::Envelope;
use super::failure::Failure;
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
