use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::aio::ConnectionLike;
use deadpool_redis::redis::{Cmd, FromRedisValue, ScriptInvocation, cmd};
use deadpool_redis::{CreatePoolError, PoolConfig, PoolError, Runtime, Timeouts, cluster};
use usher_ports::outbound::{Outage, Probe, StoreError};

use crate::fault;

/// Which servers, and how they are used.
#[derive(Clone)]
pub struct RedisOptions {
    /// `redis://` or, with TLS, `rediss://user:password@host:port/database`. For a cluster any of its servers, several
    /// to have one when another is away.
    pub urls: Vec<String>,
    /// Whether the servers are a cluster.
    pub cluster: bool,
    /// What every key begins with.
    pub prefix: String,
    /// How many connections are open at most.
    pub connections: usize,
    /// How long a caller waits for a connection or an answer.
    pub timeout: Duration,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The address cannot be read.
    #[error("a Redis URL is needed")]
    NoUrl,
    /// The pool cannot be made.
    #[error(transparent)]
    Setup(#[from] CreatePoolError),
    /// No connection was to be had.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The server refused, or the connection broke.
    #[error(transparent)]
    Command(#[from] deadpool_redis::redis::RedisError),
    /// The server did not answer in time.
    #[error("Redis did not answer in time")]
    Slow,
    /// There is no connection on which ended sessions would be heard of.
    #[error("Redis is away")]
    Away,
    /// A value holds what no version of this program wrote.
    #[error("a value in Redis cannot be understood")]
    Corrupt,
}

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        if fault::of(&error).is_some() { Self::outage(error) } else { Self::new(error) }
    }
}

pub(crate) type Result<T> = std::result::Result<T, RedisError>;

/// A server or a cluster. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Redis {
    pools: Pools,
    prefix: Arc<str>,
    timeout: Duration,
    outage: Arc<Outage>,
}

#[derive(Clone)]
enum Pools {
    Single(deadpool_redis::Pool),
    Cluster(cluster::Pool),
}

impl Redis {
    /// Makes the pool. Connects when something is asked for.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn new(options: &RedisOptions) -> std::result::Result<Self, RedisError> {
        let mut size = PoolConfig::new(options.connections.max(1));
        size.timeouts = Timeouts {
            wait: Some(options.timeout),
            create: Some(options.timeout),
            recycle: Some(options.timeout),
        };
        let runtime = Some(Runtime::Tokio1);
        let pools = if options.cluster {
            let mut config = cluster::Config::from_urls(options.urls.clone());
            config.pool = Some(size);
            Pools::Cluster(config.create_pool(runtime)?)
        } else {
            let url = options.urls.first().ok_or(RedisError::NoUrl)?;
            let mut config = deadpool_redis::Config::from_url(url);
            config.pool = Some(size);
            Pools::Single(config.create_pool(runtime)?)
        };
        let (prefix, outage) = (options.prefix.as_str().into(), Arc::new(Outage::of("Redis")));
        Ok(Self { pools, prefix, timeout: options.timeout, outage })
    }

    /// A key of this installation.
    pub(crate) fn key(&self, name: std::fmt::Arguments<'_>) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Whether keys lie on different servers.
    pub(crate) const fn is_cluster(&self) -> bool {
        matches!(self.pools, Pools::Cluster(_))
    }

    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.in_time(async {
            match &self.pools {
                Pools::Single(pool) => Ok(command.query_async(&mut pool.get().await?).await?),
                Pools::Cluster(pool) => Ok(command.query_async(&mut pool.get().await?).await?),
            }
        })
        .await
    }

    pub(crate) async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T> {
        self.in_time(async {
            match &self.pools {
                Pools::Single(pool) => run(script, &mut pool.get().await?).await,
                Pools::Cluster(pool) => run(script, &mut pool.get().await?).await,
            }
        })
        .await
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let outcome = tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(RedisError::Slow));
        outcome.inspect_err(|error| self.note(error))
    }

    /// Notes where an outage begins.
    pub(crate) fn note(&self, error: &RedisError) {
        if fault::of(error).is_some_and(|fault| self.outage.failed(fault, error)) {
            tokio::spawn(self.clone().watch());
        }
    }

    /// Asks until the outage is over.
    async fn watch(self) {
        loop {
            tokio::time::sleep(WATCH).await;
            if self.write().await.is_ok() && self.outage.ended() {
                break;
            }
        }
    }

    /// Writes a key that goes by itself: a server that is full, a replica or without its disk still answers `PING` and
    /// `GET`, and a cluster that has lost a part of itself answers `PING`.
    async fn write(&self) -> Result<()> {
        let key = self.key(format_args!("ready"));
        self.command(cmd("SET").arg(key).arg(1).arg("EX").arg(60)).await
    }
}

/// How often a server that fails is asked whether it is well again.
const WATCH: Duration = Duration::from_secs(1);

async fn run<T: FromRedisValue>(
    script: &ScriptInvocation<'_>,
    connection: &mut (impl ConnectionLike + Send),
) -> Result<T> {
    Ok(script.invoke_async(connection).await?)
}

#[async_trait]
impl Probe for Redis {
    #[tracing::instrument(name = "redis.ping", level = "debug", skip_all)]
    async fn ping(&self) -> std::result::Result<(), StoreError> {
        Ok(self.write().await?)
    }
}
