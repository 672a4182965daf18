mod embedded;
mod error;
mod fault;
mod lease;
mod observer;
mod open;
mod pool;
mod record;
mod retry;
mod tx;

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, MysqlQueryBuilder, PostgresQueryBuilder, Query, Values};
use sea_query_sqlx::SqlxBinder;
use sqlx::{AssertSqlSafe, MySql, Postgres};
use usher_ports::outbound::{Outage, Probe, StoreError};

use crate::dialect::Dialect;
use crate::iden::Users;
use embedded::{Embedded, Statement};
use lease::Lease;
use observer::Observer;
use pool::Pool;
use retry::retrying;

pub(crate) use embedded::FromSqlite;
pub use error::{Cause, DatabaseError};
pub(crate) use error::{Result, StoreResult};
pub use open::{Durability, ServerOptions, SqliteOptions};
pub(crate) use record::{Record, next_column, record};
pub(crate) use tx::{Ended, Tx, Work};

/// A database of some engine. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Database(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    engine: Engine,
    timeout: Duration,
    outage: Outage,
    observer: Arc<Observer>,
}

/// Each engine is matched once per primitive below, and nowhere else but where it is opened and in `dialect`.
#[derive(Debug)]
enum Engine {
    Sqlite(Embedded),
    Postgres(Pool<Postgres>),
    /// `MySQL` and `MariaDB`.
    MySql(Pool<MySql>),
}

/// Writes a statement in a server's dialect and runs it on a connection from the pool.
macro_rules! on_server {
    ($database:expr, $pool:expr, $statement:expr, $builder:ident, |$query:ident, $c:ident| $body:expr,
     $make:path) => {{
        let (sql, values) = $statement.build_sqlx($builder);
        $database.0.observer.sends(&sql, &values);
        let mut lease = Lease::of($pool).await?;
        let ($query, $c) = ($make(AssertSqlSafe(sql), values), lease.connection()?);
        let outcome = $body;
        lease.settle(&outcome);
        outcome?
    }};
}

/// The same on either server, or something else on the embedded engine.
macro_rules! run {
    ($database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path,
     |$embedded:ident| $own:expr) => {
        match &$database.0.engine {
            Engine::Sqlite($embedded) => $own,
            Engine::Postgres(pool) => {
                on_server!($database, pool, $statement, PostgresQueryBuilder, |$query, $c| $body, $make)
            }
            Engine::MySql(pool) => {
                on_server!($database, pool, $statement, MysqlQueryBuilder, |$query, $c| $body, $make)
            }
        }
    };
}

/// Waits for the database as long as is configured and no longer.
async fn in_time<T>(timeout: Duration, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    tokio::time::timeout(timeout, work).await.map_err(|_| DatabaseError::Slow)?
}

/// How long a write waits that may be left out.
const BRIEFLY: Duration = Duration::from_millis(500);

/// How often a database that fails is asked whether it is well again.
const WATCH: Duration = Duration::from_secs(1);

impl Database {
    fn new(engine: Engine, timeout: Duration, observer: Arc<Observer>) -> Self {
        Self(Arc::new(Shared { engine, timeout, outage: Outage::of("the database"), observer }))
    }

    /// Tells each statement and its parameters to an observer before it is sent: for tests that look at plans and count
    /// round trips. There is one observer, the first.
    pub fn observe(&self, observe: impl Fn(&str, &Values) + Send + Sync + 'static) {
        self.0.observer.set(Box::new(observe));
    }

    /// The first row of a statement that looks one up by a key.
    pub(crate) async fn one<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        self.watched(async {
            Ok(run!(
                self,
                statement,
                |query, on| query.fetch_optional(on).await,
                sqlx::query_as_with,
                |embedded| embedded.one(Statement::of(statement, &self.0.observer)).await?
            ))
        })
        .await
    }

    /// All rows of a statement that may have to read many.
    pub(crate) async fn all<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        self.watched(async {
            Ok(run!(
                self,
                statement,
                |query, on| query.fetch_all(on).await,
                sqlx::query_as_with,
                |embedded| embedded.all(Statement::of(statement, &self.0.observer)).await?
            ))
        })
        .await
    }

    /// Runs one statement that needs no transaction; returns how many rows it matched.
    pub(crate) async fn execute(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        retrying(|| self.watched(self.attempt(statement))).await
    }

    /// Runs one statement that writes and gives back a row, on a server that has such.
    pub(crate) async fn write_one<T: Record>(
        &self,
        statement: &(impl SqlxBinder + Sync),
    ) -> Result<Option<T>> {
        retrying(|| self.one(statement)).await
    }

    /// Runs one statement that may be left out, so that its caller does not wait for a database that cannot write.
    pub(crate) async fn execute_or_skip(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        if self.0.outage.is_on() {
            return Err(DatabaseError::Failing);
        }
        match in_time(BRIEFLY.min(self.0.timeout), self.attempt(statement)).await {
            Err(DatabaseError::Slow) => Err(DatabaseError::Failing),
            outcome => outcome.inspect_err(|error| self.note(error)),
        }
    }

    async fn attempt(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        Ok(run!(
            self,
            statement,
            |query, on| query.execute(on).await.map(|done| done.rows_affected()),
            sqlx::query_with,
            |embedded| {
                let statement = Statement::of(statement, &self.0.observer);
                embedded.write(statement, |tx, statement| Box::pin(ready(tx.run(statement)))).await?
            }
        ))
    }

    /// Runs a transaction, again where another one was in the way: servers resolve a deadlock by ending one side and
    /// expect it to come back. On the embedded engine it runs on another thread, so it gets what it needs by value.
    pub(crate) async fn write<A, T>(&self, given: A, work: Work<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        match &self.0.engine {
            Engine::Sqlite(embedded) => self.watched(embedded.write(given, work)).await,
            Engine::Postgres(_) | Engine::MySql(_) => retrying(|| self.write_on_server(&given, work)).await,
        }
    }

    async fn write_on_server<A, T>(&self, given: &A, work: Work<A, T>) -> Result<T> {
        let mut tx = self.watched(Tx::begin(self)).await?;
        match work(&mut tx, given).await? {
            Ended::Commit(value) => tx.commit().await.map(|()| value),
            Ended::Abort(value) => Ok(value),
        }
    }

    /// Leaves nothing in the file of what was just written over, where the engine keeps old pages beside new ones.
    pub(crate) async fn scrub(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(embedded) => self.watched(embedded.scrub()).await,
            Engine::Postgres(_) | Engine::MySql(_) => Ok(()),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.0.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
            Engine::MySql(_) => Dialect::MySql,
        }
    }

    /// Waits no longer than is configured, and notes where an outage begins.
    async fn watched<T>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        in_time(self.0.timeout, work).await.inspect_err(|error| self.note(error))
    }

    fn note(&self, error: &DatabaseError) {
        if error.fault().is_some_and(|fault| self.0.outage.failed(fault, error)) {
            tokio::spawn(self.clone().watch());
        }
    }

    /// Asks until the outage is over.
    async fn watch(self) {
        loop {
            tokio::time::sleep(WATCH).await;
            match self.touch().await {
                Ok(()) if self.0.outage.ended() => break,
                Err(DatabaseError::Closed) => break,
                _ => {}
            }
        }
    }

    /// Writes as little as can be. On the embedded engine that is a commit, which a full disk or a lock is in the way of
    /// as it is of any other; a server refuses a statement that could write, where it may not.
    async fn touch(&self) -> Result<()> {
        if let Engine::Sqlite(embedded) = &self.0.engine {
            return self.watched(embedded.touch()).await;
        }
        let nobody = Query::update()
            .table(Users::Table)
            .value(Users::Version, Expr::col(Users::Version))
            .and_where(Expr::col(Users::Id).eq(0))
            .take();
        self.watched(self.attempt(&nobody)).await.map(drop)
    }
}

#[async_trait]
impl Probe for Database {
    #[tracing::instrument(name = "db.ping", level = "debug", skip_all)]
    async fn ping(&self) -> std::result::Result<(), StoreError> {
        self.touch().await?;
        if self.0.outage.is_fresh() {
            return Err(DatabaseError::Failing.into());
        }
        Ok(())
    }
}
