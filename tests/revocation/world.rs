//! Two nodes over one database and one Redis, each with wires of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Executor as _, MySqlPool, PgPool};
use tempfile::TempDir;
use usher::compose::{self, Adapters};
use usher::config::{Config, Flags, Secret};
use usher::secrets::Secrets;
use usher_application::SettleRevocationsService;
use usher_domain::Timestamp;
use usher_http::{AdminPorts, UseCases};
use usher_ports::inbound::Refusal;
use usher_ports::outbound::Clock;

use super::snapshot::Snapshots;
use crate::support::engines::{RedisServer, SqlServer};
use crate::support::{FaultProxy, SALT, without_limits};

/// How long a node waits for the database.
pub(super) const TIMEOUT: Duration = Duration::from_millis(500);

pub(super) struct World {
    pub(super) nodes: [Node; 2],
    pub(super) redis: Snapshots,
    beside: Beside,
    _data: TempDir,
}

/// Others who use the database, past the wires.
enum Beside {
    Postgres(PgPool),
    MySql(MySqlPool),
}

pub(super) struct Node {
    pub(super) cases: UseCases,
    pub(super) admin: AdminPorts,
    pub(super) revoker: Arc<SettleRevocationsService>,
    pub(super) adapters: Adapters,
    pub(super) clock: Arc<WrongClock>,
    pub(super) to_database: FaultProxy,
    pub(super) to_redis: FaultProxy,
}

/// Goes twenty times too fast, and is set to something else now and then. It lies far ahead, because Redis lets things
/// expire by its own.
pub(super) struct WrongClock {
    started: Instant,
    skew: AtomicI64,
}

impl WrongClock {
    pub(super) fn set(&self, skew: i64) {
        self.skew.store(skew, Ordering::Relaxed);
    }
}

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.started.elapsed().as_millis()).expect("a short test");
        Timestamp::from_millis(4_102_444_800_000 + 20 * elapsed + self.skew.load(Ordering::Relaxed))
    }
}

/// `host:port` in a URL.
fn address(url: &str) -> &str {
    let (_, rest) = url.split_once("//").expect("a URL");
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().expect("a server")
}

impl World {
    pub(super) async fn on(sql: &SqlServer, redis: &RedisServer) -> Self {
        let (database, data) = (sql.database().await, tempfile::tempdir().expect("a directory"));
        let options = redis.options().await;
        let started = Instant::now();
        let node = async || {
            let to_database = FaultProxy::to(address(&database.url)).await;
            let to_redis = FaultProxy::to(redis.address()).await;
            let flags = Flags { data_dir: Some(data.path().to_owned()), ..Flags::default() };
            let mut config = Config::load(&flags).expect("the defaults");
            without_limits(&mut config);
            (config.passwords.memory_kib, config.passwords.passes) = (64, 1);
            config.signing.salts = vec![Secret::new(SALT.to_owned())];
            config.tokens.key = Secret::new("the token key that both nodes of a world share".to_owned());
            config.redis.url = Secret::new(format!("redis://{}", to_redis.address));
            config.redis.prefix.clone_from(&options.prefix);
            config.redis.timeout.0 = "500ms".parse().expect("a period");
            let url = |server: &str| Secret::new(database.url.replace(address(&database.url), server));
            // The schema takes what it takes.
            config.database.url = url(address(&database.url));
            config.database.timeout.0 = "60s".parse().expect("a period");
            compose::database(&config).await.expect("a schema").close().await;
            config.database.url = url(&to_database.address);
            config.database.connections = 6;
            config.database.timeout.0 = format!("{}ms", TIMEOUT.as_millis()).parse().expect("a period");
            let secrets = Secrets::load(&config).expect("secrets");
            let database = retry(async || compose::database(&config).await).await;
            let adapters = compose::adapters(&config, &secrets, &database).await.expect("adapters");
            let clock = Arc::new(WrongClock { started, skew: AtomicI64::new(0) });
            let adapters = Adapters { clock: clock.clone(), ..adapters };
            Node {
                cases: compose::use_cases(&adapters, &config),
                admin: compose::admin_ports(&adapters, &config, secrets.set_up_code()),
                revoker: compose::revoker(&adapters),
                adapters,
                clock,
                to_database,
                to_redis,
            }
        };
        let nodes = [node().await, node().await];
        let redis = Snapshots::of(redis.url(), &options.prefix).await;
        let beside = Beside::of(&database.url).await;
        Self { nodes, redis, beside, _data: data }
    }

    /// Holds what a statement locks, for so long.
    pub(super) async fn lock(&self, what: &str, span: Duration) {
        let lock = AssertSqlSafe(format!("{what} FOR UPDATE"));
        match &self.beside {
            Beside::Postgres(pool) => {
                let mut held = pool.begin().await.expect("a transaction");
                held.execute(lock).await.expect("a lock");
                tokio::time::sleep(span).await;
                held.rollback().await.expect("an end");
            }
            Beside::MySql(pool) => {
                let mut held = pool.begin().await.expect("a transaction");
                held.execute(lock).await.expect("a lock");
                tokio::time::sleep(span).await;
                held.rollback().await.expect("an end");
            }
        }
    }
}

impl Beside {
    async fn of(url: &str) -> Self {
        if url.starts_with("postgres") {
            Self::Postgres(PgPool::connect(url).await.expect("a pool"))
        } else {
            Self::MySql(MySqlPool::connect(url).await.expect("a pool"))
        }
    }
}

/// Whether a node accepts a token: none where it cannot tell.
pub(super) async fn accepts(node: &Node, token: &str) -> Option<bool> {
    match node.cases.authenticate_session.authenticate(token).await {
        Ok(_) => Some(true),
        Err(Refusal::Store(_)) => None,
        Err(_) => Some(false),
    }
}

/// Again and again, for as long as a busy machine may take.
pub(super) async fn retry<T, E: std::fmt::Debug>(attempt: impl AsyncFn() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(error) => assert!(begun.elapsed() < Duration::from_mins(2), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A number that no other user of this program has.
pub(super) fn number() -> u32 {
    static DRAWN: AtomicU32 = AtomicU32::new(1);
    DRAWN.fetch_add(1, Ordering::Relaxed)
}
