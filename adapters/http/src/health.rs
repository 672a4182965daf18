//! What load balancers and supervisors ask.

use std::sync::Arc;

use salvo::http::StatusCode;
use salvo::{Response, Router, handler};
use serde_json::json;
use usher_ports::inbound::CheckReadiness;

pub(crate) fn router(readiness: &Arc<dyn CheckReadiness>) -> Router {
    Router::new()
        .push(Router::with_path("healthz").get(alive))
        .push(Router::with_path("readyz").get(Ready(Arc::clone(readiness))))
}

/// The process answers. Says nothing about the database: restarting Usher would not mend that.
#[handler]
fn alive(response: &mut Response) {
    response.render(salvo::writing::Json(json!({"status": "ok"})));
}

/// This node can serve.
struct Ready(Arc<dyn CheckReadiness>);

#[handler]
impl Ready {
    async fn handle(&self, response: &mut Response) {
        match self.0.check().await {
            Ok(()) => response.render(salvo::writing::Json(json!({"status": "ok"}))),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
                response.status_code(StatusCode::SERVICE_UNAVAILABLE);
                response.render(salvo::writing::Json(json!({"status": "unavailable"})));
            }
        }
    }
}
