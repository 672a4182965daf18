//! What the server does by itself: the list of background jobs, and how they are run.

mod maintenance;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use usher_application::ReportJobsService;
use usher_ports::inbound::JobRun;
use usher_ports::outbound::{Clock, StoreError};

use crate::clock_watch::ClockWatch;
use crate::compose::{self, Adapters};
use crate::config::Config;
use maintenance::{
    AccountPurge, AvatarSweeps, claim_avatars, close_days, count_accounts, enable_users, flush_statistics,
    follow_access_bans, forget_bulk_lists, forget_revocations, purge_access_bans,
    purge_administrator_sessions, purge_events, purge_sessions, run_bulk_jobs, settle_revocations,
};

/// When a job runs.
#[derive(Clone, Copy)]
struct Period {
    /// How long after the start it runs first.
    first: Duration,
    /// How long after the start of a run the next one begins.
    every: Duration,
    /// How many runs may overlap. Where the limit is reached, the next run waits for the next time.
    at_once: usize,
    /// Whether it does for good what time allows, so that it does not run while the clock is in doubt.
    trusts_clock: bool,
}

/// Not at once: a node that was started on the wrong database or with a wrong clock can be stopped before.
const SWEEP: Period =
    Period { first: Duration::from_mins(5), every: Duration::from_mins(10), at_once: 1, trusts_clock: true };

/// How soon a user is enabled whose time of being disabled is up.
const ENABLE: Period =
    Period { first: Duration::ZERO, every: Duration::from_secs(5), at_once: 1, trusts_clock: true };

/// How often counters are written to the database. A node that crashes loses as much.
const FLUSH: Period =
    Period { first: Duration::ZERO, every: Duration::from_secs(5), at_once: 1, trusts_clock: false };

/// How soon a revocation is delivered that could not be delivered at once. A run that a slow database holds up does not
/// keep the next one from beginning.
const SETTLE: Period =
    Period { first: Duration::ZERO, every: Duration::from_secs(1), at_once: 3, trusts_clock: false };

/// How soon a node knows of a ban that another node made: one row is read.
const BANS: Period =
    Period { first: Duration::ZERO, every: Duration::from_secs(1), at_once: 1, trusts_clock: false };

/// How soon a change of many users begins, or goes on after its node was killed.
const BULK: Period =
    Period { first: Duration::ZERO, every: Duration::from_secs(1), at_once: 1, trusts_clock: false };

/// Starts all background jobs.
pub(crate) fn start(adapters: &Adapters, config: &Config) -> Jobs {
    let mut jobs = Jobs::new(adapters);
    let sessions = compose::purge_sessions(adapters);
    let events = compose::purge_events(adapters);
    let accounts = compose::maintain_accounts(adapters, config);
    let avatars = compose::manage_avatars(adapters);
    let statistics = compose::statistics_service(adapters);
    let (revoker, bulk_jobs) = (compose::revoker(adapters), compose::run_bulk_jobs(adapters));
    let gate = compose::access_gate(adapters);
    jobs.once("claim_avatars", &avatars, claim_avatars);
    jobs.every(SWEEP, "purge_sessions", &sessions, purge_sessions);
    jobs.every(SWEEP, "purge_administrator_sessions", &sessions, purge_administrator_sessions);
    jobs.every(SWEEP, "purge_events", &events, purge_events);
    jobs.every(SWEEP, "purge_users", &AccountPurge::of(&accounts), AccountPurge::run);
    jobs.every(SWEEP, "sweep_avatars", &AvatarSweeps::of(&avatars), AvatarSweeps::run);
    jobs.every(SWEEP, "forget_revocations", &revoker, forget_revocations);
    jobs.every(SWEEP, "forget_bulk_lists", &bulk_jobs, forget_bulk_lists);
    jobs.every(SWEEP, "purge_access_bans", &gate, purge_access_bans);
    jobs.every(BANS, "follow_access_bans", &gate, follow_access_bans);
    jobs.every(BULK, "run_bulk_jobs", &bulk_jobs, run_bulk_jobs);
    jobs.every(ENABLE, "enable_users", &accounts, enable_users);
    jobs.every(FLUSH, "flush_statistics", &statistics, flush_statistics);
    jobs.every(FLUSH, "close_days", &statistics, close_days);
    jobs.every(FLUSH, "count_accounts", &statistics, count_accounts);
    jobs.every(SETTLE, "settle_revocations", &revoker, settle_revocations);
    jobs
}

type Outcome = Result<(), StoreError>;

/// The running jobs. They stop when this is dropped.
pub(crate) struct Jobs {
    runner: Runner,
    tasks: JoinSet<()>,
}

/// What every job needs to be run.
#[derive(Clone)]
struct Runner {
    clock: Arc<dyn Clock>,
    watch: Arc<ClockWatch>,
    log: Arc<ReportJobsService>,
}

impl Jobs {
    fn new(adapters: &Adapters) -> Self {
        let Adapters { clock, job_log: log, .. } = adapters.clone();
        let watch = Arc::new(ClockWatch::new(Arc::clone(&clock)));
        Self { runner: Runner { clock, watch, log }, tasks: JoinSet::new() }
    }

    /// Runs a job now, and not again.
    fn once<P, F>(&mut self, name: &'static str, port: &Arc<P>, job: fn(Arc<P>) -> F)
    where
        P: ?Sized + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (runner, port) = (self.runner.clone(), Arc::clone(port));
        self.tasks.spawn(async move { runner.run(name, job(port)).await });
    }

    /// Runs a job again and again.
    fn every<P, F>(&mut self, period: Period, name: &'static str, port: &Arc<P>, job: fn(Arc<P>) -> F)
    where
        P: ?Sized + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (runner, port) = (self.runner.clone(), Arc::clone(port));
        self.tasks.spawn(async move {
            let mut ticks = interval_at(Instant::now() + period.first, period.every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut runs = JoinSet::new();
            loop {
                ticks.tick().await;
                while runs.try_join_next().is_some() {}
                if runs.len() >= period.at_once || (period.trusts_clock && !runner.watch.is_steady()) {
                    continue;
                }
                let (runner, run) = (runner.clone(), job(Arc::clone(&port)));
                runs.spawn(async move { runner.run(name, run).await });
            }
        });
    }
}

impl Runner {
    async fn run(&self, job: &'static str, run: impl Future<Output = Outcome>) {
        let (started_at, begun) = (self.clock.now(), Instant::now());
        let outcome = run.await;
        let took = begun.elapsed();
        if let Err(error) = &outcome {
            error.log(&format!("the job {job} failed"));
        }
        tracing::trace!(job, ?took, "a job ran");
        self.log.note(JobRun { job, started_at, took, succeeded: outcome.is_ok() });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::sleep;
    use usher_domain::Timestamp;
    use usher_memory::FixedClock;
    use usher_ports::inbound::ReportJobs as _;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_752_835_449_008);

    fn jobs() -> (Jobs, Arc<FixedClock>) {
        let clock = Arc::new(FixedClock::at(START));
        let watch = Arc::new(ClockWatch::standing_still(clock.clone()));
        let runner = Runner { clock: clock.clone(), watch, log: Arc::default() };
        (Jobs { runner, tasks: JoinSet::new() }, clock)
    }

    async fn count(counter: Arc<AtomicU32>) -> Outcome {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn count_and_fail(counter: Arc<AtomicU32>) -> Outcome {
        count(counter).await?;
        Err(StoreError::new("away"))
    }

    async fn count_and_hang(counter: Arc<AtomicU32>) -> Outcome {
        count(counter).await?;
        std::future::pending().await
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_runs_at_its_times_and_again_after_a_failure() {
        let (mut jobs, _) = jobs();
        let (good, bad, once) = (Arc::default(), Arc::default(), Arc::default());
        jobs.every(SWEEP, "good", &good, count);
        jobs.every(SWEEP, "bad", &bad, count_and_fail);
        jobs.once("once", &once, count);
        sleep(Duration::from_mins(26)).await;
        assert_eq!(
            [&good, &bad, &once].map(|counter: &Arc<AtomicU32>| counter.load(Ordering::Relaxed)),
            [3, 3, 1]
        );
        let runs = jobs.runner.log.last_runs();
        let told: Vec<(&str, bool)> = runs.iter().map(|run| (run.job, run.succeeded)).collect();
        assert_eq!(told, [("bad", false), ("good", true), ("once", true)]);
        assert!(runs.iter().all(|run| run.started_at == START));
    }

    #[tokio::test(start_paused = true)]
    async fn runs_overlap_no_more_than_they_may() {
        let (mut jobs, _) = jobs();
        let (alone, few) = (Arc::default(), Arc::default());
        jobs.every(FLUSH, "alone", &alone, count_and_hang);
        jobs.every(SETTLE, "few", &few, count_and_hang);
        sleep(Duration::from_mins(5)).await;
        assert_eq!([&alone, &few].map(|counter: &Arc<AtomicU32>| counter.load(Ordering::Relaxed)), [1, 3]);
        assert_eq!(jobs.runner.log.last_runs(), [], "none of them is over");
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_trusts_the_clock_waits_while_it_is_in_doubt() {
        let (mut jobs, clock) = jobs();
        let (trusting, other) = (Arc::default(), Arc::default());
        clock.advance(Duration::from_hours(48));
        jobs.every(ENABLE, "trusting", &trusting, count);
        jobs.every(FLUSH, "other", &other, count);
        sleep(Duration::from_secs(12)).await;
        assert_eq!(
            [&trusting, &other].map(|counter: &Arc<AtomicU32>| counter.load(Ordering::Relaxed)),
            [0, 3]
        );
    }
}
