use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::{BoxFuture, FutureExt as _, Shared, try_join_all};
use usher_domain::Timestamp;
use usher_ports::inbound::CheckReadiness;
use usher_ports::outbound::{Clock, Probe, StoreError};

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(1);

/// How long the stores have to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

type Outcome = Result<(), Arc<StoreError>>;

/// A check that was begun, and may be over.
#[derive(Clone)]
struct Check {
    begun: Timestamp,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

/// Asks the stores, at most once a second: all who ask in that time share the answer, and the waiting for it.
pub struct CheckReadinessService {
    probes: Vec<Arc<dyn Probe>>,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<Check>>,
}

impl CheckReadinessService {
    /// Over everything that calls depend on.
    pub fn new(probes: Vec<Arc<dyn Probe>>, clock: Arc<dyn Clock>) -> Self {
        Self { probes, clock, last: Mutex::default() }
    }

    /// The last check while it is fresh, or a new one.
    fn current(&self) -> Shared<BoxFuture<'static, Outcome>> {
        let now = self.clock.now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes no check last longer.
        let fresh = |check: &&Check| check.begun <= now && now < check.begun.plus(FRESH);
        if let Some(check) = last.as_ref().filter(fresh) {
            return check.outcome.clone();
        }
        let outcome = ask(self.probes.clone()).boxed().shared();
        *last = Some(Check { begun: now, outcome: outcome.clone() });
        outcome
    }
}

async fn ask(probes: Vec<Arc<dyn Probe>>) -> Outcome {
    let all = try_join_all(probes.iter().map(|probe| probe.ping()));
    match tokio::time::timeout(TIMEOUT, all).await {
        Ok(answers) => answers.map(drop).map_err(Arc::new),
        Err(late) => Err(Arc::new(StoreError::new(late))),
    }
}

#[async_trait]
impl CheckReadiness for CheckReadinessService {
    async fn check(&self) -> Outcome {
        self.current().await
    }
}
