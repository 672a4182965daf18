use salvo::http::StatusCode;
use salvo::{Request, Response, handler};

use super::failure::{fail, unavailable};

/// Answers in the envelope where no handler answered. A known path with another method is no route to the old clients,
/// either.
#[handler]
pub(super) fn catch(request: &Request, response: &mut Response) {
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
