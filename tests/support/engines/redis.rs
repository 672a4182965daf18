use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use usher_ports::outbound::Probe as _;
use usher_redis::{Redis, RedisOptions};

use super::{Engine, patiently};

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
    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url().trim_start_matches("redis://")
    }

    fn url(&self) -> &str {
        self.0.url(|address| format!("redis://{address}"))
    }

    /// A part of the server of one test's own.
    pub(crate) async fn options(&self) -> RedisOptions {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let options = RedisOptions {
            urls: vec![self.url().to_owned()],
            cluster: false,
            prefix: format!("usher_test_{}_{number}:", std::process::id()),
            connections: 8,
            patience: Duration::from_secs(10),
        };
        let redis = Redis::new(&options).expect("a URL");
        patiently(self.url(), async || redis.ping().await).await;
        options
    }
}
