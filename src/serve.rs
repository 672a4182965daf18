//! `usher serve`.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use salvo::Server;
use salvo::conn::{Acceptor as _, Listener as _, TcpListener};
use salvo::server::ServerHandle;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use usher_application::StatisticsKeeping;
use usher_ports::inbound::{KeepAccounts, KeepAvatars, KeepStatistics as _, SettleRevocations};

use crate::compose::{self, Adapters, ComposeError};
use crate::config::Config;
use crate::secrets::Secrets;

/// How often what is of no use any more is cleared away, and how long expired sessions are kept to be told apart from
/// unknown ones.
const SWEEP: Duration = Duration::from_mins(10);
const KEEP_EXPIRED: Duration = Duration::from_hours(24);

/// How often it is looked whether somebody's time of being disabled is up.
const ENABLE: Duration = Duration::from_secs(5);

/// How often what was counted is written down. A node that crashes loses as much.
const FLUSH: Duration = Duration::from_secs(5);

/// How often it is looked whether sessions are still to be ended.
const SETTLE: Duration = Duration::from_secs(1);

/// How many such rounds are under way at most.
const ROUNDS: usize = 3;

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
    let secrets = Secrets::load(config).map_err(ComposeError::from)?;
    let database = compose::database(config).await?;
    let adapters = compose::adapters(config, &secrets, &database).await?;
    let listen = config.http.listen;
    let acceptor = TcpListener::new(listen).try_bind().await;
    let acceptor = acceptor.map_err(|error| ServeError::Listen(listen, error.to_string()))?;
    let address =
        acceptor.holdings().first().map_or_else(|| listen.to_string(), |it| it.local_addr.to_string());
    let server = Server::new(acceptor);
    let stop = tokio::spawn(stop_when_told(server.handle(), config.http.shutdown.duration()));
    let revoker = compose::revoker(&adapters);
    let accounts = compose::account_keeping(&adapters, config);
    let avatars = compose::avatar_keeping(&adapters);
    let sweep = tokio::spawn(sweep(adapters.clone(), revoker.clone(), Arc::clone(&accounts), avatars));
    let enable = tokio::spawn(enable(accounts));
    let statistics = compose::statistics_keeping(&adapters);
    let flush = tokio::spawn(flush(Arc::clone(&statistics)));
    let settle = tokio::spawn(settle(revoker));
    let address = address.trim_start_matches("socket://");
    tracing::info!(address, data = %config.data_dir.display(), "listening on http://{address}");
    let code = secrets.set_up_code();
    if adapters.administrators.list().await.is_ok_and(|administrators| administrators.is_empty()) {
        let code = code.expose();
        tracing::info!("make the first administrator at http://{address}/admin/setup?code={code}");
    }
    let outcome = server.try_serve(compose::http(&adapters, config, code)).await;
    sweep.abort();
    enable.abort();
    flush.abort();
    if let Err(error) = statistics.flush().await {
        tracing::warn!(error = &error as &dyn Error, "the last numbers were not written down");
    }
    settle.abort();
    stop.abort();
    database.close().await;
    tracing::info!("stopped");
    Ok(outcome?)
}

async fn stop_when_told(server: ServerHandle, patience: Duration) {
    let signal = told_to_stop().await;
    tracing::info!(signal, "stopping: running requests may finish");
    server.stop_graceful(patience);
}

#[cfg(unix)]
async fn told_to_stop() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = tokio::signal::ctrl_c() => "SIGINT",
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> &'static str {
    let _ = tokio::signal::ctrl_c().await;
    "Ctrl-C"
}

async fn sweep(
    adapters: Adapters,
    revocations: Arc<dyn SettleRevocations>,
    accounts: Arc<dyn KeepAccounts>,
    avatars: Arc<dyn KeepAvatars>,
) {
    let mut rounds = tokio::time::interval(SWEEP);
    loop {
        rounds.tick().await;
        match adapters.sessions.purge(adapters.clock.now().minus(KEEP_EXPIRED)).await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "cleared expired sessions away"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, "expired sessions were not cleared away");
            }
        }
        if let Err(error) = adapters.administrators.purge(adapters.clock.now()).await {
            tracing::warn!(
                error = &error as &dyn Error,
                "expired stays of administrators were not cleared away"
            );
        }
        match accounts.purge_deleted().await {
            Ok(0) => {}
            Ok(users) => tracing::info!(users, "removed deleted users for good"),
            Err(error) => tracing::warn!(error = &error as &dyn Error, "deleted users were not removed"),
        }
        match avatars.sweep().await {
            Ok(0) => {}
            Ok(pictures) => tracing::info!(pictures, "deleted pictures that nobody has"),
            Err(error) => tracing::warn!(error = &error as &dyn Error, "pictures were not cleared away"),
        }
        if let Err(error) = revocations.forget().await {
            tracing::warn!(error = &error as &dyn Error, "old revocations were not cleared away");
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
            tracing::warn!(error = &error as &dyn Error, "numbers were not written down yet");
        }
        if let Err(error) = statistics.close().await {
            tracing::warn!(error = &error as &dyn Error, "a day was not closed yet");
        }
    }
}

/// Enables those whose time of being disabled is up.
async fn enable(accounts: Arc<dyn KeepAccounts>) {
    let mut rounds = tokio::time::interval(ENABLE);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        match accounts.enable_due().await {
            Ok(0) => {}
            Ok(users) => tracing::info!(users, "enabled users whose time was up"),
            Err(error) => tracing::warn!(error = &error as &dyn Error, "users were not enabled yet"),
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
                    tracing::warn!(error = &error as &dyn Error, "sessions were not ended yet");
                }
            });
        }
    }
}
