use std::sync::Arc;

use salvo::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

use super::ClientAddresses;

/// Says to browsers what they must not do with an answer, unless its route says something else: it is what its type
/// says, is shown in no page, loads nothing, and is not cached, since it holds tokens and personal data.
pub(crate) struct Protection {
    addresses: Arc<ClientAddresses>,
}

impl Protection {
    pub(crate) const fn new(addresses: Arc<ClientAddresses>) -> Self {
        Self { addresses }
    }
}

#[async_trait]
impl Handler for Protection {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        control: &mut FlowCtrl,
    ) {
        let secure = self.addresses.is_secure(request);
        control.call_next(request, depot, response).await;
        let headers = response.headers_mut();
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
            (X_FRAME_OPTIONS, "DENY"),
            (CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if secure {
            // A year. Not for subdomains, of which we know nothing.
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
    }
}
