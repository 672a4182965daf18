use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::{Connection, Figures, Idle};

/// Clients that call one after another, each waiting for its answer: a closed loop, on one thread.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Whom they call.
    pub address: SocketAddr,
    /// How many there are.
    pub connections: usize,
    /// For how long they call.
    pub time: Duration,
    /// The status of a good answer.
    pub good: u16,
    /// How long a client waits before its next call.
    pub pause: Duration,
}

impl Load {
    /// One client, for a second.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, connections: 1, time: Duration::from_secs(1), good: 200, pause: Duration::ZERO }
    }

    /// Calls what `call` says, again and again.
    pub async fn run(&self, call: impl Fn() -> Vec<u8>) -> Figures {
        let opening = (0..self.connections).map(|_| Connection::open(self.address));
        let opened: Result<Vec<_>, _> = join_all(opening).await.into_iter().collect();
        let (idle, begun) = (Idle::from_now(), Instant::now());
        let clients =
            opened.expect("connections").into_iter().map(|it| self.client(it, begun + self.time, &call));
        let parts = join_all(clients).await;
        let mut all = Figures { elapsed: begun.elapsed(), idle: idle.share(), ..Figures::default() };
        for part in parts {
            all.took.extend(part.took);
            all.refused.extend(part.refused);
            all.without_retry_after += part.without_retry_after;
            all.failed += part.failed;
        }
        all.took.sort_unstable();
        all.refused.sort_unstable();
        all
    }

    async fn client(
        &self,
        mut connection: Connection,
        until: Instant,
        call: &impl Fn() -> Vec<u8>,
    ) -> Figures {
        let mut figures = Figures::default();
        loop {
            let begun = Instant::now();
            if begun >= until {
                return figures;
            }
            match connection.call(&call()).await {
                Ok(head) if head.status == self.good => figures.took.push(begun.elapsed()),
                Ok(head) if head.status == 503 => {
                    figures.refused.push(begun.elapsed());
                    figures.without_retry_after += usize::from(!head.retry_after);
                }
                Ok(_) => figures.failed += 1,
                Err(_) => {
                    figures.failed += 1;
                    let Ok(again) = connection.again().await else { return figures };
                    connection = again;
                }
            }
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
    }
}
