use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It arrives.
    Whole,
    /// Neither it nor an error arrives, as when a switch on the way is gone.
    Silent,
    /// Connections break, and new ones are not made.
    Cut,
    /// What is sent to the server arrives so much later.
    Slow(Duration),
}

/// A TCP proxy to a server, which injects faults and counts requests.
pub(crate) struct FaultProxy {
    pub(crate) address: String,
    state: watch::Sender<State>,
    seen: Arc<Seen>,
}

/// What went through the proxy.
#[derive(Default)]
struct Seen {
    gets: AtomicUsize,
    round_trips: AtomicUsize,
    /// The last to send was a client.
    client_sent: AtomicBool,
}

impl FaultProxy {
    pub(crate) async fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (state, states) = watch::channel(State::Whole);
        let seen: Arc<Seen> = Arc::default();
        let (server, counter) = (server.to_owned(), Arc::clone(&seen));
        tokio::spawn(async move {
            loop {
                let Ok((near, _)) = listener.accept().await else { return };
                if *states.borrow() == State::Cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(&server).await else { continue };
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, states.clone(), Arc::clone(&counter), true));
                tokio::spawn(carry(far_in, near_out, states.clone(), Arc::clone(&counter), false));
            }
        });
        Self { address, state, seen }
    }

    pub(crate) fn set(&self, state: State) {
        self.state.send_replace(state);
    }

    /// How often a value was asked for.
    pub(crate) fn gets(&self) -> usize {
        self.seen.gets.load(Ordering::SeqCst)
    }

    /// How often a client sent and the server answered. Of use with one connection at a time.
    pub(crate) fn round_trips(&self) -> usize {
        self.seen.round_trips.load(Ordering::SeqCst)
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<State>,
    seen: Arc<Seen>,
    from_client: bool,
) {
    let mut buffer = vec![0; 16_384];
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            _ = state.wait_for(|state| *state == State::Cut) => return,
        };
        let Ok(length @ 1..) = read else { return };
        let arrives = state.wait_for(|state| *state != State::Silent).await.map(|state| *state);
        match arrives {
            Ok(State::Slow(by)) if from_client => tokio::time::sleep(by).await,
            Ok(State::Whole | State::Slow(_)) => {}
            Ok(State::Cut | State::Silent) | Err(_) => return,
        }
        let client_sent_before = seen.client_sent.swap(from_client, Ordering::SeqCst);
        if from_client {
            let asked = buffer[..length].windows(7).filter(|window| *window == b"\r\nGET\r\n").count();
            seen.gets.fetch_add(asked, Ordering::SeqCst);
            seen.round_trips.fetch_add(usize::from(!client_sent_before), Ordering::SeqCst);
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
