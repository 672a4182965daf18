//! Connections to a server, kept between statements.

use std::fmt;
use std::time::{Duration, Instant};

use deadpool::managed::{self, Manager, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Executor};

use usher_ports::outbound::Fault;

use super::{DatabaseError, Result};

/// For how long a connection that was lent is taken to be well. Asking before each statement would be another round trip.
const FRESH: Duration = Duration::from_millis(500);

/// After this long a connection is made anew, so that a server can be drained and its memory comes back.
const LIFETIME: Duration = Duration::from_mins(30);

/// How often a server that does not listen yet is asked again at the start.
const AGAIN: Duration = Duration::from_millis(100);

/// A connection that goes back to the pool when it is dropped.
pub(super) type Pooled<DB> = Object<Connections<DB>>;

/// Connections to a server. Cheap to clone.
///
/// deadpool's and not the driver's own: that one sends the server a message each time a connection comes back, which is
/// another round trip for each statement.
#[derive(Clone)]
pub(super) struct Pool<DB: sqlx::Database>(managed::Pool<Connections<DB>>)
where
    Connections<DB>: Manager;

/// Makes connections; returns whether one can be lent again.
pub(super) struct Connections<DB: sqlx::Database> {
    options: <DB::Connection as Connection>::Options,
    /// What a new connection is told.
    set_up: Vec<String>,
}

impl<DB: sqlx::Database> Manager for Connections<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Type = DB::Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<DB::Connection> {
        let mut connection = self.options.connect().await?;
        for statement in &self.set_up {
            connection.execute(AssertSqlSafe(statement.as_str())).await?;
        }
        Ok(connection)
    }

    async fn recycle(
        &self,
        connection: &mut DB::Connection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("it is old"));
        }
        if metrics.last_used() > FRESH {
            connection.ping().await?;
        }
        Ok(())
    }
}

impl<DB: sqlx::Database> Pool<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    /// At most so many, the first of which is made at once. Waits for a server that is about to start.
    pub(super) async fn open(
        options: <DB::Connection as Connection>::Options,
        set_up: Vec<String>,
        most: u32,
        timeout: Duration,
    ) -> Result<Self> {
        let pool = managed::Pool::builder(Connections { options, set_up })
            .max_size(usize::try_from(most.max(1)).unwrap_or(usize::MAX))
            // The one that came back last is the least likely to have been closed by the server.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|_| DatabaseError::Closed)?;
        let (pool, begun) = (Self(pool), Instant::now());
        loop {
            match pool.get().await {
                Ok(_) => return Ok(pool),
                Err(error) if error.fault() == Some(Fault::AWAY) && begun.elapsed() < timeout => {
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until one is free. It is polled in a box, because the future is large.
    pub(super) async fn get(&self) -> Result<Pooled<DB>> {
        Box::pin(self.0.get()).await.map_err(|error| match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => DatabaseError::Slow,
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                DatabaseError::Closed
            }
        })
    }

    /// Lends none any more. Those in use are closed when they come back.
    pub(super) async fn close(&self) {
        let idle = self.0.retain(|_, _| false).removed;
        self.0.close();
        for connection in idle {
            // The server may be gone, which is as good.
            let _ = connection.close().await;
        }
    }
}

/// Without its options, which hold the password.
impl<DB: sqlx::Database> fmt::Debug for Connections<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections(..)")
    }
}

impl<DB: sqlx::Database> fmt::Debug for Pool<DB>
where
    Connections<DB>: Manager,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pool").field(&self.0.status()).finish()
    }
}
