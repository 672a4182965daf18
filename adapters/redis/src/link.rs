//! What the server said about sessions, kept in memory until it says otherwise.
//!
//! One connection (RESP3) on which the server remembers what was asked for and tells when that changes
//! (<https://redis.io/docs/latest/develop/reference/client-side-caching/>). Its own cache, and not the driver's, because
//! a session that was ended must not be answered, and the driver's
//!
//! - stores an answer that arrived before its invalidation, if the invalidation is handled first;
//! - goes on answering when the connection is gone.
//!
//! Here an invalidation also cancels lookups in flight, and nothing is answered unless the server was heard of recently.

mod cache;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo,
    PushKind, ScriptInvocation, Value, cmd,
};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};
use usher_domain::{Session, SessionId, UserId};

use crate::record::{id_in_key, read};
use crate::server::{Redis, RedisError, RedisOptions, Result};
use cache::{Cache, Lookup};

/// How often the server is asked whether it is there.
const BEAT: Duration = Duration::from_millis(500);

/// How long after its last sign of life what it said is still believed. A revocation that cannot be heard of, because
/// the network swallows everything without breaking the connection, is in force after this time at the latest.
const LEASE: Duration = Duration::from_secs(2);

pub(crate) struct Link {
    shared: Arc<Shared>,
    timeout: Duration,
    keeper: AbortHandle,
}

struct Shared {
    connection: RwLock<Option<Live>>,
    cache: Cache,
}

#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    /// The number of this connection.
    generation: u64,
    believed_until: Instant,
}

impl Link {
    /// Connects and keeps connected; goes on trying while the server is away.
    pub(crate) async fn open(redis: Redis, options: &RedisOptions) -> Result<Self> {
        let info = options.urls.first().ok_or(RedisError::NoUrl)?.as_str().into_connection_info()?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let shared = Arc::new(Shared { connection: RwLock::new(None), cache: Cache::default() });
        let (timeout, first) = (options.timeout, connect(&client, &shared, 0, options.timeout).await);
        let keeper = tokio::spawn(keep(redis, client, Arc::clone(&shared), first, timeout));
        Ok(Self { shared, timeout, keeper: keeper.abort_handle() })
    }

    /// From memory if it is there, otherwise from the server.
    pub(crate) async fn find(
        &self,
        user: UserId,
        id: SessionId,
        get: impl FnOnce() -> Cmd,
    ) -> Result<Option<Session>> {
        let mut live = self.shared.live().ok_or(RedisError::Away)?;
        let lookup = match self.shared.cache.ask(id, live.generation) {
            Lookup::Hit(session) => return Ok(Some(session).filter(|session| session.user == user)),
            Lookup::Miss(lookup) => lookup,
        };
        let asked = timeout(self.timeout, get().query_async(&mut live.connection)).await;
        let value: Option<String> = asked.map_err(|_| RedisError::Slow)??;
        let session = value.map(|value| read(user, id, &value)).transpose()?;
        self.shared.cache.answer(&lookup, session.as_ref());
        Ok(session)
    }

    /// Runs a script on the connection on which ended sessions are heard of: what is told, is told to the very server that
    /// this node believes, also while an address leads to another one.
    pub(crate) async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T> {
        let mut live = self.shared.live().ok_or(RedisError::Away)?;
        let ran = timeout(self.timeout, script.invoke_async(&mut live.connection)).await;
        Ok(ran.map_err(|_| RedisError::Slow)??)
    }

    /// Runs a command there.
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut live = self.shared.live().ok_or(RedisError::Away)?;
        let ran = timeout(self.timeout, command.query_async(&mut live.connection)).await;
        Ok(ran.map_err(|_| RedisError::Slow)??)
    }

    pub(crate) fn forget(&self, id: SessionId) {
        self.shared.cache.forget(id);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Shared {
    /// The connection, if the server was heard of recently.
    fn live(&self) -> Option<Live> {
        let live = self.connection.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        (Instant::now() < live.believed_until).then_some(live)
    }

    fn set(&self, live: Option<Live>) {
        *self.connection.write().unwrap_or_else(PoisonError::into_inner) = live;
    }

    /// From now on nothing is answered, until there is another connection.
    fn lose(&self, generation: u64) {
        let mut connection = self.connection.write().unwrap_or_else(PoisonError::into_inner);
        if connection.as_ref().is_some_and(|live| live.generation == generation) {
            *connection = None;
        }
    }

    /// Believes this connection for longer, if it was not lost meanwhile.
    fn believe(&self, generation: u64, until: Instant) -> bool {
        let mut connection = self.connection.write().unwrap_or_else(PoisonError::into_inner);
        let current = connection.as_mut().filter(|live| live.generation == generation);
        current.map(|live| live.believed_until = until).is_some()
    }

    /// What the server says unasked. Runs on the connection's own task, in the order in which the server said it.
    fn hear(&self, push: &PushInfo, generation: u64) {
        match (&push.kind, push.data.first()) {
            (PushKind::Disconnection, _) => self.lose(generation),
            (PushKind::Invalidate, Some(Value::Array(keys))) => {
                let keys = keys.iter().filter_map(|key| String::from_redis_value_ref(key).ok());
                keys.filter_map(|key| id_in_key(&key)).for_each(|id| self.cache.forget(id));
            }
            // Everything was flushed.
            (PushKind::Invalidate, _) => self.cache.forget_all(),
            _ => {}
        }
    }
}

async fn connect(client: &Client, shared: &Arc<Shared>, generation: u64, timeout: Duration) -> Result<Live> {
    let hearing = Arc::clone(shared);
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout))
        .set_push_sender(move |push: PushInfo| -> std::result::Result<(), ()> {
            hearing.hear(&push, generation);
            Ok(())
        });
    let asked = Instant::now();
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    let () = cmd("CLIENT").arg("TRACKING").arg("ON").query_async(&mut connection).await?;
    shared.cache.forget_all();
    let live = Live { connection, generation, believed_until: asked + LEASE };
    shared.set(Some(live.clone()));
    Ok(live)
}

async fn keep(
    redis: Redis,
    client: Client,
    shared: Arc<Shared>,
    mut current: Result<Live>,
    timeout: Duration,
) {
    for generation in 1.. {
        let error = match current {
            Ok(live) => beat(&shared, live).await,
            Err(error) => error,
        };
        shared.lose(generation - 1);
        redis.note(&error);
        sleep(BEAT).await;
        current = connect(&client, &shared, generation, timeout).await;
    }
}

/// Asks again and again whether the server is there; returns when it is not.
async fn beat(shared: &Shared, mut live: Live) -> RedisError {
    loop {
        sleep(BEAT).await;
        let asked = Instant::now();
        let pong = timeout(LEASE, cmd("PING").query_async::<String>(&mut live.connection)).await;
        match pong {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return error.into(),
            Err(_) => return RedisError::Slow,
        }
        if !shared.believe(live.generation, asked + LEASE) {
            return RedisError::Away;
        }
    }
}
