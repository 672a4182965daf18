//! The servers the tests run against. Each is started once for the whole run, in a container, or is one that runs
//! already and is named by an environment variable; what a test gets of it is its own.

mod database;
mod redis;

use std::fs::File;
use std::net::TcpListener;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt as _, ReuseDirective};

pub(crate) use database::{MARIADB, MYSQL, POSTGRES, SqlServer, TestDatabase, sqlite};
pub(crate) use redis::{REDIS, REDIS_CLUSTER, RedisServer, VALKEY};

/// An image, and how it is told what the tests need.
pub(crate) struct Engine {
    /// The container's name, and the variable's: `USHER_TEST_<NAME>_URL`.
    name: &'static str,
    image: (&'static str, &'static str),
    port: u16,
    /// Ports that are the same outside, because the server tells them to its clients.
    fixed: &'static [u16],
    environment: &'static [(&'static str, &'static str)],
    command: &'static [&'static str],
    url: OnceLock<String>,
}

impl Engine {
    /// Where it listens, as `host:port`, or the whole URL that was given for it.
    fn url(&self, of: impl FnOnce(String) -> String) -> &str {
        self.url.get_or_init(|| {
            let given = std::env::var(format!("USHER_TEST_{}_URL", self.name.to_uppercase()));
            given.unwrap_or_else(|_| of(self.start()))
        })
    }

    /// Starts it, or finds it running. On a thread of its own: the runtime of the test that happens to be first ends
    /// with that test.
    fn start(&self) -> String {
        std::thread::scope(|scope| {
            let starting = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(self.container())
            });
            starting.join().unwrap_or_else(|_| {
                panic!("{} cannot be started in a container; scripts/engines prepares it", self.name)
            })
        })
    }

    /// One of a test's own, that may be stopped and started, told more and with more files.
    async fn alone(&self, more: &[&str], files: &[(&str, &str)]) -> Own {
        static MADE: AtomicU32 = AtomicU32::new(0);
        // Of a fixed port, because it gets another one at each start otherwise.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = free.expect("a free port").port();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let request = self
            .request()
            .with_cmd(self.command.iter().chain(more).copied())
            .with_mapped_port(port, self.port.tcp())
            .with_container_name(format!("usher-test-{}-{}-{number}", self.name, std::process::id()));
        let copy = |request: ContainerRequest<_>, (path, text): &(&str, &str)| {
            request.with_copy_to(*path, text.as_bytes().to_vec())
        };
        let container = files.iter().fold(request, copy).start().await.expect("a container");
        Own { address: format!("{}:{port}", container.get_host().await.expect("a host")), container }
    }

    fn request(&self) -> ContainerRequest<GenericImage> {
        let image = GenericImage::new(self.image.0, self.image.1)
            .with_exposed_port(self.port.tcp())
            .with_cmd(self.command.iter().copied())
            .with_startup_timeout(Duration::from_mins(2));
        let image = self.fixed.iter().fold(image, |image, port| image.with_mapped_port(*port, port.tcp()));
        self.environment.iter().fold(image, |image, (name, value)| image.with_env_var(*name, *value))
    }

    async fn container(&self) -> String {
        // Two test programs at once would both find no container and both make one.
        let lock = File::create(std::env::temp_dir().join("usher-test-engines.lock")).expect("a lock file");
        lock.lock().expect("a lock");
        let container = self
            .request()
            // Found again by a part of its name: no other's may hold it.
            .with_container_name(format!("usher-test-{}-shared", self.name))
            .with_reuse(ReuseDirective::Always)
            .start()
            .await
            .expect("a container");
        let host = container.get_host().await.expect("a host");
        let port = container.get_host_port_ipv4(self.port.tcp()).await.expect("a port");
        format!("{host}:{port}")
    }
}

/// A server that no other test uses.
pub(crate) struct Own {
    container: ContainerAsync<GenericImage>,
    pub(crate) address: String,
}

impl Own {
    pub(crate) async fn stop(&self) {
        self.container.stop().await.expect("stopped");
    }

    pub(crate) async fn start(&self) {
        self.container.start().await.expect("started");
    }
}

/// Tries until it works: a server that has just been started takes a moment.
async fn retry<T, E: std::fmt::Display>(what: &str, attempt: impl AsyncFn() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) if begun.elapsed() > Duration::from_mins(1) => panic!("{what}: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
