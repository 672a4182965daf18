//! `usher serve`.

mod pictures;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, timeout};
use usher_application::StatisticsKeeping;
use usher_http::{Lifecycle, Server, ServerOptions};
use usher_ports::inbound::{KeepAccounts, KeepAvatars, KeepStatistics as _, Purge, SettleRevocations};

use crate::clock_watch::ClockWatch;
use crate::compose::{self, Adapters, ComposeError};
use crate::config::{Config, HttpSection};
use crate::open_files;
use crate::secrets::Secrets;
use pictures::PictureSweeps;

/// How often what is of no use any more is cleared away, and how long expired sessions are kept to be told apart from
/// unknown ones.
const SWEEP: Duration = Duration::from_mins(10);
/// Not at once: a node that was started on the wrong database or with a wrong clock can be stopped before.
const FIRST_SWEEP: Duration = Duration::from_mins(5);
const KEEP_EXPIRED: Duration = Duration::from_hours(24);

/// How often it is looked whether somebody's time of being disabled is up.
const ENABLE: Duration = Duration::from_secs(5);

/// How often what was counted is written down. A node that crashes loses as much.
const FLUSH: Duration = Duration::from_secs(5);

/// How often it is looked whether sessions are still to be ended.
const SETTLE: Duration = Duration::from_secs(1);

/// How many such rounds are under way at most.
const ROUNDS: usize = 3;

/// How long what is written down at the end may take.
const LAST: Duration = Duration::from_secs(5);

/// Of all connections, one client may have one in so many.
const SHARES: usize = 4;

/// Why the server did not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Its parts could not be put together.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// Its port could not be opened.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, String),
    /// It stopped.
    #[error("the server stopped: {0}")]
    Stopped(#[from] io::Error),
}

/// Runs the server until it is told to stop (SIGTERM, SIGINT), then lets running requests finish.
///
/// # Errors
/// When it cannot start.
pub async fn serve(config: &Config) -> Result<(), ServeError> {
    outlive_file_size_limits();
    let secrets = Secrets::load(config).map_err(ComposeError::from)?;
    let database = compose::database(config).await?;
    let adapters = compose::adapters(config, &secrets, &database).await?;
    compose::protect_second_factors(&adapters).await?;
    for note in config.notes() {
        tracing::warn!("{note}");
    }
    let listen = config.http.listen;
    let server = Server::bind(listen, server_options(config)).await;
    let server = server.map_err(|error| ServeError::Listen(listen, error.to_string()))?;
    let address = server.address()?;
    let lifecycle = Lifecycle::default();
    let stop = tokio::spawn(stop_when_told(lifecycle.clone(), config.http.clone()));
    let revoker = compose::revoker(&adapters);
    let accounts = compose::account_keeping(&adapters, config);
    let avatars = compose::avatar_keeping(&adapters);
    let watch = Arc::new(ClockWatch::new(Arc::clone(&adapters.clock)));
    let sweep = tokio::spawn(sweep(
        adapters.clone(),
        revoker.clone(),
        Arc::clone(&accounts),
        avatars,
        Arc::clone(&watch),
    ));
    let enable = tokio::spawn(enable(accounts, watch));
    let statistics = compose::statistics_keeping(&adapters);
    let flush = tokio::spawn(flush(Arc::clone(&statistics)));
    let settle = tokio::spawn(settle(revoker));
    tracing::info!(%address, data = %config.data_dir.display(), "listening on http://{address}");
    let code = secrets.set_up_code();
    if adapters.administrators.list().await.is_ok_and(|administrators| administrators.is_empty()) {
        let code = code.expose();
        tracing::info!("make the first administrator at http://{address}/admin/setup?code={code}");
    }
    let service = compose::http(&adapters, config, code, &lifecycle);
    let outcome = server.run(service, lifecycle).await;
    sweep.abort();
    enable.abort();
    flush.abort();
    settle.abort();
    let last = async {
        if let Err(error) = statistics.flush().await {
            error.log("the last numbers were not written down");
        }
        database.close().await;
    };
    if timeout(LAST, last).await.is_err() {
        tracing::warn!("the database did not answer any more");
    }
    stop.abort();
    tracing::info!("stopped");
    Ok(outcome?)
}

/// A file that may not grow is an error of the write, as a full disk is, and not the end of the process.
#[cfg(unix)]
fn outlive_file_size_limits() {
    let number = rustix::process::Signal::XFSZ.as_raw();
    // Once it is listened to it has no other effect, also when nobody listens any more.
    if tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(number)).is_err() {
        tracing::warn!("a file size limit would end this process");
    }
}

#[cfg(not(unix))]
fn outlive_file_size_limits() {}

fn server_options(config: &Config) -> ServerOptions {
    let max_connections = config.http.max_connections.or(open_files::connections(config));
    ServerOptions {
        max_connections,
        per_client: config.http.max_connections_per_client.or(max_connections.div_ceil(SHARES)),
        trusted_proxies: config.http.trusted_proxies.clone(),
        deadlines: config.http.deadlines(),
    }
}

/// Each further signal skips what is left of a wait.
async fn stop_when_told(lifecycle: Lifecycle, http: HttpSection) {
    let told = Arc::new(Notify::new());
    let signals = tokio::spawn(hear_signals(Arc::clone(&told)));
    told.notified().await;
    tracing::info!("stopping: running requests may finish");
    lifecycle.end(http.drain.duration(), http.shutdown.duration(), || told.notified()).await;
    signals.abort();
}

#[cfg(unix)]
async fn hear_signals(told: Arc<Notify>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else { return };
    loop {
        let signal = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal, "told to stop");
        told.notify_one();
    }
}

#[cfg(not(unix))]
async fn hear_signals(told: Arc<Notify>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        told.notify_one();
    }
}

async fn sweep(
    adapters: Adapters,
    revocations: Arc<dyn SettleRevocations>,
    accounts: Arc<dyn KeepAccounts>,
    avatars: Arc<dyn KeepAvatars>,
    watch: Arc<ClockWatch>,
) {
    let mut rounds = tokio::time::interval_at(Instant::now() + FIRST_SWEEP, SWEEP);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut withheld = 0;
    let mut pictures = PictureSweeps::default();
    // Not before serving: a bucket may take minutes to say that it is away.
    if let Err(error) = avatars.claim().await {
        error.log("the store of pictures was not claimed");
    }
    loop {
        rounds.tick().await;
        if !watch.is_steady() {
            continue;
        }
        match adapters.sessions.purge(adapters.clock.now().minus(KEEP_EXPIRED)).await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "cleared expired sessions away"),
            Err(error) => {
                error.log("expired sessions were not cleared away");
            }
        }
        if let Err(error) = adapters.administrators.purge(adapters.clock.now()).await {
            error.log("expired stays of administrators were not cleared away");
        }
        match accounts.purge_deleted().await {
            Ok(Purge::Removed(0)) => withheld = 0,
            Ok(Purge::Withheld(users)) => {
                if users != withheld {
                    tracing::error!(
                        users,
                        "{users} deleted users are due to be removed for good, which is more than a tenth of all: if the \
                         clock is right, run `usher user purge --yes`"
                    );
                }
                withheld = users;
            }
            Ok(Purge::Removed(users)) => tracing::info!(users, "removed deleted users for good"),
            Err(error) => error.log("deleted users were not removed"),
        }
        match avatars.sweep().await {
            Ok(swept) => pictures.tell(swept),
            Err(error) => error.log("pictures were not cleared away"),
        }
        if let Err(error) = revocations.forget().await {
            error.log("old revocations were not cleared away");
        }
    }
}

/// Writes down what was counted.
async fn flush(statistics: Arc<StatisticsKeeping>) {
    let mut rounds = tokio::time::interval(FLUSH);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = statistics.flush().await {
            error.log("numbers were not written down yet");
        }
        if let Err(error) = statistics.close().await {
            error.log("a day was not closed yet");
        }
    }
}

/// Enables those whose time of being disabled is up.
async fn enable(accounts: Arc<dyn KeepAccounts>, watch: Arc<ClockWatch>) {
    let mut rounds = tokio::time::interval(ENABLE);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if !watch.is_steady() {
            continue;
        }
        match accounts.enable_due().await {
            Ok(0) => {}
            Ok(users) => tracing::info!(users, "enabled users whose time was up"),
            Err(error) => error.log("users were not enabled yet"),
        }
    }
}

/// Ends the sessions that could not be ended when they should have been. A round that a slow database holds up does not
/// keep the next one from beginning.
async fn settle(revocations: Arc<dyn SettleRevocations>) {
    let mut ticks = tokio::time::interval(SETTLE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rounds = JoinSet::new();
    loop {
        ticks.tick().await;
        while rounds.try_join_next().is_some() {}
        if rounds.len() < ROUNDS {
            let revocations = Arc::clone(&revocations);
            rounds.spawn(async move {
                if let Err(error) = revocations.settle().await {
                    error.log("sessions were not ended yet");
                }
            });
        }
    }
}
