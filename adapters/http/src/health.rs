//! What load balancers and supervisors ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use salvo::http::StatusCode;
use salvo::{Request, Response, Router, handler};
use serde_json::{Value, json};
use usher_ports::inbound::{CheckReadiness, JobRun, ReportJobs};

use crate::UseCases;
use crate::lifecycle::{Lifecycle, Phase};

pub(crate) fn router(ports: &UseCases, lifecycle: &Lifecycle) -> Router {
    let ready = Arc::new(Readiness {
        check: Arc::clone(&ports.check_readiness),
        jobs: Arc::clone(&ports.report_jobs),
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
    jobs: Arc<dyn ReportJobs>,
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

/// Whether this node can serve; with `?verbose` also the last run of each background job. A job that fails does not make
/// the node less ready: another node would run into the same.
struct Ready(Arc<Readiness>);

#[handler]
impl Ready {
    async fn handle(&self, request: &mut Request, response: &mut Response) {
        let status = if self.0.is_ready().await {
            "ok"
        } else {
            response.status_code(StatusCode::SERVICE_UNAVAILABLE);
            "unavailable"
        };
        let body = if request.queries().contains_key("verbose") {
            let jobs: Vec<Value> = self.0.jobs.last_runs().into_iter().map(job).collect();
            json!({"status": status, "jobs": jobs})
        } else {
            json!({"status": status})
        };
        response.render(salvo::writing::Json(body));
    }
}

fn job(run: JobRun) -> Value {
    let JobRun { job, started_at, took, succeeded } = run;
    let at = jiff::Timestamp::from_millisecond(started_at.as_millis()).unwrap_or_default();
    json!({"job": job, "started_at": at.to_string(), "seconds": took.as_secs_f64(), "succeeded": succeeded})
}
