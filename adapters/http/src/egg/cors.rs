use salvo::cors::{AllowHeaders, AllowOrigin, Cors, CorsHandler};
use salvo::http::Method;

/// Lets pages of the allowed origins call; none where no origin is allowed. Credentials are never allowed: this API
/// reads no cookie.
pub(super) fn cors(origins: &[String]) -> Option<CorsHandler> {
    let origin = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok()))
    };
    let cors = Cors::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(["retry-after", "x-request-id"].map(salvo::http::HeaderName::from_static).to_vec())
        .max_age(7_200)
        .into_handler();
    (!origins.is_empty()).then_some(cors)
}
