use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use usher_ports::outbound::Probe as _;
use usher_redis::{Redis, RedisOptions};

use super::{Engine, Own, patiently};

/// A server that speaks the Redis protocol.
pub(crate) struct RedisServer(Engine);

pub(crate) static REDIS: RedisServer = RedisServer(Engine {
    name: "redis",
    image: ("redis", "8"),
    port: 6379,
    environment: &[],
    command: &["redis-server", "--save", ""],
    url: OnceLock::new(),
});

pub(crate) static VALKEY: RedisServer = RedisServer(Engine {
    name: "valkey",
    image: ("valkey/valkey", "8"),
    port: 6379,
    environment: &[],
    command: &["valkey-server", "--save", ""],
    url: OnceLock::new(),
});

impl RedisServer {
    pub(crate) const fn name(&self) -> &'static str {
        self.0.name
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url().trim_start_matches("redis://")
    }

    pub(crate) fn url(&self) -> &str {
        self.0.url(|address| format!("redis://{address}"))
    }

    /// A server of a test's own that keeps what it acknowledged, and its URL.
    pub(crate) async fn alone(&self) -> (Own, String) {
        let own = self.0.alone(&["--appendonly", "yes"]).await;
        let url = format!("redis://{}", own.address);
        self.wait_for(&url).await;
        (own, url)
    }

    async fn wait_for(&self, url: &str) {
        let options = RedisOptions {
            urls: vec![url.to_owned()],
            cluster: false,
            prefix: String::new(),
            connections: 1,
            patience: Duration::from_secs(1),
        };
        let redis = Redis::new(&options).expect("a URL");
        patiently(url, async || redis.ping().await).await;
    }

    /// A part of the server of one test's own.
    pub(crate) async fn options(&self) -> RedisOptions {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        self.wait_for(self.url()).await;
        RedisOptions {
            urls: vec![self.url().to_owned()],
            cluster: false,
            prefix: format!("usher_test_{}_{number}:", std::process::id()),
            connections: 8,
            patience: Duration::from_secs(10),
        }
    }
}
