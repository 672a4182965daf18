//! The server: takes connections in, bounds them, and lets requests finish at the end.
//!
//! HTTP/1.1 only (docs/decisions/0011). One task accepts, one drives each connection, one looks once a second
//! for connections that missed a deadline.

mod activity;
mod connections;
mod exchange;
mod socket;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use ipnet::IpNet;
use salvo::http::uri::Scheme;
use salvo::rt::tokio::TokioIo;
use salvo::{ConnCtrl, Service};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::lifecycle::{Lifecycle, Phase};
use activity::Order;
use connections::{ConnectionPermit, Connections};
use exchange::Exchanges;
use socket::Socket;

/// The largest head of a request, in bytes. Proxies allow 8 to 32 KiB.
const MOST_HEAD: usize = 32 * 1024;

/// What is read ahead of a connection, at most.
const MOST_BUFFERED: usize = 64 * 1024;

/// How often it is looked for connections that missed a deadline.
const ROUND: Duration = Duration::from_secs(1);

/// How long accepting waits when there is no file descriptor left.
const SHORT_OF_FILES: Duration = Duration::from_millis(50);

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// For the head of a request, from its first byte or from the start of the connection.
    pub head: Duration,
    /// For the body of a request. Each 16 KiB that come buy another second.
    pub body: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// Without taking any of an answer.
    pub write: Duration,
}

/// What bounds connections.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Open at the same time.
    pub max_connections: usize,
    /// Of them, from one IPv4 address or IPv6 /64.
    pub per_client: usize,
    /// Proxies, which may have as many as they want.
    pub trusted_proxies: Vec<IpNet>,
    /// How long clients may take.
    pub deadlines: Deadlines,
}

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    options: ServerOptions,
}

/// What the tasks of a server share.
struct Shared {
    http: http1::Builder,
    service: Service,
    lifecycle: Lifecycle,
    local: SocketAddr,
    connections: Arc<Connections>,
    deadlines: Deadlines,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn bind(address: SocketAddr, options: ServerOptions) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, options })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the lifecycle ends, or finishes and nothing runs any more.
    ///
    /// # Errors
    /// When the system cannot tell where it listens.
    pub async fn run(self, service: Service, lifecycle: Lifecycle) -> io::Result<()> {
        let mut http = http1::Builder::new();
        // Deadlines are our own: hyper has one for heads only, which keep-alive would share.
        http.header_read_timeout(None).max_header_size(MOST_HEAD).max_buf_size(MOST_BUFFERED);
        let shared = Arc::new(Shared {
            http,
            service,
            lifecycle: lifecycle.clone(),
            local: self.address()?,
            connections: Arc::new(Connections::new(&self.options)),
            deadlines: self.options.deadlines,
        });
        let rounds = tokio::spawn(close_overdue(Arc::clone(&shared)));
        let accept = accept(&self.listener, &shared);
        tokio::select! {
            () = accept => {}
            () = lifecycle.reached(Phase::Finishing) => {}
        }
        drop(self.listener);
        shared.connections.finish();
        let finished = async {
            while !shared.connections.is_empty() {
                // Told once a second, too, for those accepted while the others were told.
                let _ = timeout(ROUND, shared.connections.closed.notified()).await;
                shared.connections.finish();
            }
        };
        tokio::select! {
            () = finished => {}
            () = lifecycle.reached(Phase::Ended) => {}
        }
        rounds.abort();
        Ok(())
    }
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut short = false;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                short = false;
                // A refused one is closed at once.
                if let Some(place) = shared.connections.admit(peer.ip()) {
                    tokio::spawn(drive(Arc::clone(shared), stream, peer, place));
                }
                while shared.connections.is_crowded() {
                    let _ = timeout(SHORT_OF_FILES, shared.connections.closed.notified()).await;
                }
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                if !short {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "connections cannot be accepted"
                    );
                }
                short = true;
                shared.connections.make_room();
                sleep(SHORT_OF_FILES).await;
            }
        }
    }
}

/// The connection was gone before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn drive(shared: Arc<Shared>, stream: TcpStream, peer: SocketAddr, place: ConnectionPermit) {
    // Answers are written whole; waiting for more of them would only delay the last piece.
    let _ = stream.set_nodelay(true);
    let activity = &place.activity;
    let control = ConnCtrl::new();
    let handler =
        shared.service.hyper_handler(shared.local.into(), peer.into(), Scheme::HTTP, None, control, None);
    let exchanges = Exchanges {
        handler,
        activity: Arc::clone(activity),
        lifecycle: shared.lifecycle.clone(),
        body_timeout: shared.deadlines.body,
    };
    let socket = TokioIo::new(Socket::new(stream, Arc::clone(activity)));
    let mut connection = pin!(shared.http.serve_connection(socket, exchanges));
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%peer, error = &error as &dyn std::error::Error, "a connection broke");
                }
                return;
            }
            order = activity.ordered() => match order {
                Order::Finish => connection.as_mut().graceful_shutdown(),
                Order::Close => return,
            },
        }
    }
}

async fn close_overdue(shared: Arc<Shared>) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        let missed = shared.connections.close_overdue(&shared.deadlines);
        if !missed.is_empty() {
            tracing::debug!(?missed, "closed connections that missed a deadline");
        }
    }
}
