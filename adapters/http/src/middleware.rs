//! What happens to every request.

mod access_log;
mod canonical_path;
mod client_addresses;
mod forwarded;
mod protection;

use salvo::cors::{AllowHeaders, AllowOrigin, Cors, CorsHandler};
use salvo::http::Method;
use salvo::{Depot, Request};

pub(crate) use access_log::{AccessLog, Refused};
pub(crate) use canonical_path::CanonicalPath;
pub(crate) use client_addresses::ClientAddresses;
pub use client_addresses::ForwardedHeader;
pub(crate) use protection::Protection;

/// Lets pages of the allowed origins call. Credentials are never allowed: there are no cookies here to send.
pub(crate) fn cors(origins: &[String]) -> CorsHandler {
    let origin = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok()))
    };
    Cors::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(["retry-after", "x-request-id"].map(salvo::http::HeaderName::from_static).to_vec())
        .max_age(7_200)
        .into_handler()
}

/// Whether pages elsewhere may call this at all. Never the administration.
pub(crate) fn is_for_pages_elsewhere(request: &Request, _: &Depot) -> bool {
    let path = request.uri().path();
    path.starts_with("/api/") || path.starts_with("/avatars/")
}
