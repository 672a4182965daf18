//! `usher serve`.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use usher_http::{Lifecycle, Server, ServerOptions};
use usher_ports::inbound::{FollowAccessBans as _, RecordStatistics as _};
use usher_sql::Database;

use crate::compose::{self, Adapters, ComposeError};
use crate::config::{Config, HttpSection};
use crate::secrets::Secrets;
use crate::{jobs, open_files};

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
    // Before the first call, so that no banned device gets in while the node starts.
    compose::access_gate(&adapters).follow().await.map_err(ComposeError::from)?;
    let jobs = jobs::start(&adapters, config);
    tracing::info!(%address, data = %config.data_dir.display(), "listening on http://{address}");
    let code = secrets.set_up_code();
    if adapters.administrators.list().await.is_ok_and(|administrators| administrators.is_empty()) {
        let code = code.expose();
        tracing::info!("make the first administrator at http://{address}/admin/setup?code={code}");
    }
    let service = compose::http(&adapters, config, code, &lifecycle);
    let outcome = server.run(service, lifecycle).await;
    drop(jobs);
    write_down(&adapters, &database).await;
    stop.abort();
    tracing::info!("stopped");
    Ok(outcome?)
}

/// Writes down what was counted since the last time, and closes the database.
async fn write_down(adapters: &Adapters, database: &Database) {
    let last = async {
        if let Err(error) = compose::statistics_service(adapters).flush().await {
            error.log("the last counters were not written");
        }
        database.close().await;
    };
    if timeout(LAST, last).await.is_err() {
        tracing::warn!("the database did not answer any more");
    }
}

/// A file that may not grow is an error of the write, as a full disk is, and not the end of the process.
#[cfg(unix)]
fn outlive_file_size_limits() {
    let number = rustix::process::Signal::XFSZ.as_raw();
    // Once it is listened to it has no other effect, also when no receiver is left.
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
