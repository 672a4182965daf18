use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use deadpool_redis::redis::{Client, cmd};
use usher_ports::outbound::Probe as _;
use usher_redis::{Redis, RedisOptions};

use super::{Engine, Own, retry};
use crate::support::Identity;

/// A server that speaks the Redis protocol, or a cluster of them.
pub(crate) struct RedisServer {
    engine: Engine,
    cluster: bool,
}

pub(crate) static REDIS: RedisServer = RedisServer {
    engine: Engine {
        name: "redis",
        image: ("redis", "8"),
        port: 6379,
        fixed: &[],
        environment: &[],
        command: &["redis-server", "--save", ""],
        url: OnceLock::new(),
    },
    cluster: false,
};

pub(crate) static VALKEY: RedisServer = RedisServer {
    engine: Engine {
        name: "valkey",
        image: ("valkey/valkey", "8"),
        port: 6379,
        fixed: &[],
        environment: &[],
        command: &["valkey-server", "--save", ""],
        url: OnceLock::new(),
    },
    cluster: false,
};

/// Three masters. In one container, so that the addresses they tell are good inside and outside.
pub(crate) static REDIS_CLUSTER: RedisServer = RedisServer {
    engine: Engine {
        name: "redis_cluster",
        image: ("redis", "8"),
        port: 17101,
        fixed: &[17101, 17102, 17103],
        environment: &[],
        command: &["sh", "-c", THREE_MASTERS],
        url: OnceLock::new(),
    },
    cluster: true,
};

const THREE_MASTERS: &str = r#"
cd "$(mktemp -d)"
for port in 17101 17102 17103; do
    redis-server --port $port --bind '* -::*' --protected-mode no --save '' \
        --cluster-enabled yes --cluster-config-file $port.conf --cluster-announce-ip 127.0.0.1 &
done
for port in 17101 17102 17103; do
    until redis-cli -p $port ping; do sleep 0.1; done
done
redis-cli --cluster create 127.0.0.1:17101 127.0.0.1:17102 127.0.0.1:17103 --cluster-yes
wait
"#;

/// The rights that Usher needs, as docs/operations.md says them.
pub(crate) const GRANTS: &str =
    "~usher:* resetchannels -@all +@read +@write +@connection +@scripting -@dangerous";

impl RedisServer {
    pub(crate) const fn name(&self) -> &'static str {
        self.engine.name
    }

    pub(crate) const fn is_cluster(&self) -> bool {
        self.cluster
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url().trim_start_matches("redis://")
    }

    pub(crate) fn url(&self) -> &str {
        self.engine.url(|address| format!("redis://{address}"))
    }

    /// A server of a test's own that keeps what it acknowledged, and its URL.
    pub(crate) async fn alone(&self) -> (Own, String) {
        self.told(&["--appendonly", "yes"]).await
    }

    /// One that keeps nothing but what it is told to make a snapshot of.
    pub(crate) async fn forgetful(&self) -> (Own, String) {
        self.told(&[]).await
    }

    async fn told(&self, more: &[&str]) -> (Own, String) {
        let own = self.engine.alone(more, &[]).await;
        let url = format!("redis://{}", own.address);
        self.wait_for(&url).await;
        (own, url)
    }

    /// A server of a test's own that speaks TLS alone and knows one user, who may do what [`GRANTS`] says.
    pub(crate) async fn encrypted(&self, identity: &Identity, user: &str, password: &str) -> Own {
        let tls = ["--port", "0", "--tls-port", "6379", "--tls-auth-clients", "no"];
        let files = ["--tls-cert-file", "/server.crt", "--tls-key-file", "/server.key"];
        let login = format!(">{password}");
        let granted =
            ["--user", "default", "off", "--user", user, "on", &login].into_iter().chain(GRANTS.split(' '));
        let more: Vec<&str> = tls.into_iter().chain(files).chain(granted).collect();
        self.engine.alone(&more, &identity.files()).await
    }

    /// The URL of a user who may not write.
    pub(crate) async fn read_only(&self) -> String {
        let (host, port) = self.address().split_once(':').expect("a port");
        let ports = if self.cluster {
            self.engine.fixed.iter().map(u16::to_string).collect()
        } else {
            vec![port.to_owned()]
        };
        for port in ports {
            let client = Client::open(format!("redis://{host}:{port}")).expect("a URL");
            let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
            let mut user = cmd("ACL");
            user.arg(&["SETUSER", "usher_reader", "on", ">reader", "~*", "+@all", "-@write"]);
            let () = user.query_async(&mut connection).await.expect("a user");
        }
        format!("redis://usher_reader:reader@{}", self.address())
    }

    async fn wait_for(&self, url: &str) {
        let options = RedisOptions {
            urls: vec![url.to_owned()],
            cluster: self.cluster,
            prefix: String::new(),
            connections: 1,
            timeout: Duration::from_secs(1),
        };
        let redis = Redis::new(&options).expect("a URL");
        retry(url, async || redis.ping().await).await;
    }

    /// A part of the server of one test's own.
    pub(crate) async fn options(&self) -> RedisOptions {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        self.wait_for(self.url()).await;
        RedisOptions {
            urls: vec![self.url().to_owned()],
            cluster: self.cluster,
            prefix: format!("usher_test_{}_{number}:", std::process::id()),
            connections: 8,
            timeout: Duration::from_secs(10),
        }
    }
}
