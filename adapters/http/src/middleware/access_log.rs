use std::sync::Arc;
use std::time::Instant;

use salvo::http::{HeaderValue, StatusCode};
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};
use tracing::Instrument as _;
use usher_domain::RefusalReason;
use usher_ports::IdSource;
use usher_ports::inbound::RecordStatistics;

use super::ClientAddresses;

const REQUEST_ID: &str = "x-request-id";

/// Why a request was refused, from the route to the log and the statistics.
#[derive(Clone, Copy)]
pub(crate) struct Refused {
    /// A stable name for programs.
    pub(crate) code: &'static str,
    pub(crate) reason: RefusalReason,
}

/// Gives each request an id and logs it when it is answered: method, path, status, time and address, and why it was refused.
/// Never the query, a header or the body, which hold tokens and passwords. Counts what clients were refused.
pub(crate) struct AccessLog {
    ids: Arc<dyn IdSource>,
    addresses: Arc<ClientAddresses>,
    statistics: Arc<dyn RecordStatistics>,
}

impl AccessLog {
    pub(crate) fn new(
        ids: Arc<dyn IdSource>,
        addresses: Arc<ClientAddresses>,
        statistics: Arc<dyn RecordStatistics>,
    ) -> Self {
        Self { ids, addresses, statistics }
    }

    /// The caller's own id where it is a plain word, so that a request can be followed through several services.
    fn request_id(&self, request: &Request) -> String {
        let plain = |id: &&str| {
            (1..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let sent = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
        sent.map_or_else(|| self.ids.uuid().to_string(), str::to_owned)
    }
}

#[async_trait]
impl Handler for AccessLog {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        control: &mut FlowCtrl,
    ) {
        let id = self.request_id(request);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let address = self.addresses.of(request);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let span = tracing::info_span!("request", %id);
        let started = Instant::now();
        async {
            control.call_next(request, depot, response).await;
            let status = response.status_code.unwrap_or(StatusCode::NOT_FOUND).as_u16();
            let refused = response.extensions.get::<Refused>().copied();
            if (400..500).contains(&status) && path.starts_with("/api/") {
                self.statistics.refused(refused.map_or(RefusalReason::Other, |refused| refused.reason));
            }
            let (micros, refused) = (started.elapsed().as_micros(), refused.map(|refused| refused.code));
            tracing::info!(%method, path, status, micros, %address, refused, "answered");
        }
        .instrument(span)
        .await;
    }
}
