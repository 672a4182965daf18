//! What load balancers and supervisors ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use salvo::http::StatusCode;
use salvo::{Response, Router, handler};
use serde_json::json;
use usher_ports::inbound::CheckReadiness;

use crate::lifecycle::{Lifecycle, Phase};

pub(crate) fn router(readiness: &Arc<dyn CheckReadiness>, lifecycle: &Lifecycle) -> Router {
    let ready = Arc::new(Readiness {
        check: Arc::clone(readiness),
        lifecycle: lifecycle.clone(),
        was_ready: AtomicBool::new(true),
    });
    Router::new()
        .push(Router::with_path("healthz").get(alive).head(alive))
        .push(Router::with_path("readyz").get(Ready(Arc::clone(&ready))).head(Ready(ready)))
}

/// The process answers. Says nothing about the database: restarting Usher would not mend that.
#[handler]
fn alive(response: &mut Response) {
    response.render(salvo::writing::Json(json!({"status": "ok"})));
}

struct Readiness {
    check: Arc<dyn CheckReadiness>,
    lifecycle: Lifecycle,
    /// What was said last: only a change is logged, since load balancers ask all the time.
    was_ready: AtomicBool,
}

impl Readiness {
    async fn is_ready(&self) -> bool {
        if self.lifecycle.phase() != Phase::Serving {
            return false;
        }
        let checked = self.check.check().await;
        let changed = self.was_ready.swap(checked.is_ok(), Ordering::Relaxed) != checked.is_ok();
        match &checked {
            Ok(()) if changed => tracing::info!("ready again"),
            Err(error) if changed => {
                tracing::warn!(error = &**error as &dyn std::error::Error, "not ready");
            }
            _ => {}
        }
        checked.is_ok()
    }
}

/// This node can serve.
struct Ready(Arc<Readiness>);

#[handler]
impl Ready {
    async fn handle(&self, response: &mut Response) {
        if self.0.is_ready().await {
            response.render(salvo::writing::Json(json!({"status": "ok"})));
        } else {
            response.status_code(StatusCode::SERVICE_UNAVAILABLE);
            response.render(salvo::writing::Json(json!({"status": "unavailable"})));
        }
    }
}
