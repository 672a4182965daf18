mod error;
mod fault;
mod lease;
mod observer;
mod open;
mod place;
mod retry;
mod tx;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sea_query::{
    Expr, ExprTrait, MysqlQueryBuilder, PostgresQueryBuilder, Query, SqliteQueryBuilder, Values,
};
use sea_query_sqlx::SqlxBinder;
use sqlx::mysql::MySqlRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, MySqlPool, PgPool, SqliteConnection, SqlitePool};
use usher_ports::outbound::{Outage, Probe, StoreError};

use crate::dialect::Dialect;
use crate::iden::Users;
use lease::Lease;
use observer::Observer;
use place::Place;

pub use error::DatabaseError;
pub(crate) use error::Result;
pub use open::{Durability, ServerOptions, SqliteOptions};
pub(crate) use retry::retrying;
pub(crate) use tx::Tx;

/// What every engine's row can be read into; `#[derive(FromRow)]` makes it so for all of them.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, MySqlRow> + Send + Unpin
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow>
        + for<'r> FromRow<'r, PgRow>
        + for<'r> FromRow<'r, MySqlRow>
        + Send
        + Unpin
{
}

/// A database of some engine. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Database(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    engine: Engine,
    patience: Duration,
    outage: Outage,
    observer: Observer,
}

/// Each engine is matched once per primitive below, and nowhere else but where it is opened and in `dialect`.
#[derive(Debug)]
enum Engine {
    /// `SQLite` takes one writer at a time. One connection queues the writers up fairly; several would race for the
    /// lock and time out. Readers see a snapshot and wait for nobody.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        place: Place,
        /// Open for as long as the process runs.
        keeper: Mutex<Option<SqliteConnection>>,
    },
    Postgres(PgPool),
    /// `MySQL` and `MariaDB`.
    MySql(MySqlPool),
}

/// Writes a statement in the engine's words and runs it there.
macro_rules! run {
    ($database:expr, $statement:expr, match $on:expr => { $($pattern:pat => $builder:ident, $connection:expr;)+ },
     |$query:ident, $c:ident| $body:expr, $make:path) => {
        match $on {
            $($pattern => {
                let (sql, values) = $statement.build_sqlx($builder);
                $database.0.observer.sends(&sql, &values);
                let mut lease = $connection;
                let ($query, $c) = ($make(AssertSqlSafe(sql), values), &mut **lease);
                let outcome = $body;
                lease.settle(&outcome);
                outcome?
            })+
        }
    };
}

/// On a connection for reading.
macro_rules! read {
    ($database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path) => {
        run!($database, $statement, match &$database.0.engine => {
            Engine::Sqlite { readers, place, .. } => SqliteQueryBuilder, Lease::reading(readers, place).await?;
            Engine::Postgres(pool) => PostgresQueryBuilder, Lease::of(pool).await?;
            Engine::MySql(pool) => MysqlQueryBuilder, Lease::of(pool).await?;
        }, |$query, $c| $body, $make)
    };
}

/// Waits for the database as long as is configured and no longer.
async fn in_time<T>(patience: Duration, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    tokio::time::timeout(patience, work).await.map_err(|_| DatabaseError::Slow)?
}

/// How long a write waits that may be left out.
const BRIEFLY: Duration = Duration::from_millis(500);

/// How often a database that fails is asked whether it is well again.
const WATCH: Duration = Duration::from_secs(1);

impl Database {
    fn new(engine: Engine, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            engine,
            patience,
            outage: Outage::of("the database"),
            observer: Observer::default(),
        }))
    }

    /// Tells each statement and its parameters to an observer before it is sent: for tests that look at plans and count
    /// round trips. There is one observer, the first.
    pub fn observe(&self, observe: impl Fn(&str, &Values) + Send + Sync + 'static) {
        self.0.observer.set(Box::new(observe));
    }

    pub(crate) async fn one<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        self.watched(async {
            Ok(read!(self, statement, |query, on| query.fetch_optional(on).await, sqlx::query_as_with))
        })
        .await
    }

    pub(crate) async fn all<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        self.watched(async {
            Ok(read!(self, statement, |query, on| query.fetch_all(on).await, sqlx::query_as_with))
        })
        .await
    }

    /// Runs one statement that needs no transaction; tells how many rows it matched.
    pub(crate) async fn execute(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        retrying(|| self.watched(self.attempt(statement))).await
    }

    /// Runs one statement that may be left out, so that its caller does not wait for a database that cannot write.
    pub(crate) async fn execute_or_skip(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        if self.0.outage.is_on() {
            return Err(DatabaseError::Failing);
        }
        match in_time(BRIEFLY.min(self.0.patience), self.attempt(statement)).await {
            Err(DatabaseError::Slow) => Err(DatabaseError::Failing),
            outcome => outcome.inspect_err(|error| self.note(error)),
        }
    }

    async fn attempt(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        let done = run!(self, statement, match &self.0.engine => {
            Engine::Sqlite { writer, place, .. } => SqliteQueryBuilder, Lease::writing(writer, place).await?;
            Engine::Postgres(pool) => PostgresQueryBuilder, Lease::of(pool).await?;
            Engine::MySql(pool) => MysqlQueryBuilder, Lease::of(pool).await?;
        }, |query, on| query.execute(on).await.map(|done| done.rows_affected()), sqlx::query_with);
        self.in_place()?;
        Ok(done)
    }

    /// Whether what was written is where it will be looked for.
    fn in_place(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite { place, .. } => place.check(),
            Engine::Postgres(_) | Engine::MySql(_) => Ok(()),
        }
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        self.watched(Tx::begin(self)).await
    }

    /// Leaves nothing in the file of what was just written over, where the engine keeps old pages beside new ones.
    pub(crate) async fn scrub(&self) -> Result<()> {
        let Engine::Sqlite { writer, .. } = &self.0.engine else { return Ok(()) };
        in_time(self.0.patience, async {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await?;
            Ok(())
        })
        .await
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.0.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
            Engine::MySql(_) => Dialect::MySql,
        }
    }

    /// Waits no longer than is configured, and notes where an outage begins.
    async fn watched<T>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        in_time(self.0.patience, work).await.inspect_err(|error| self.note(error))
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
            match self.write().await {
                Ok(()) if self.0.outage.ended() => break,
                // It was closed.
                Err(DatabaseError::Sql(sqlx::Error::PoolClosed)) => break,
                _ => {}
            }
        }
    }

    /// Writes as little as can be. On the embedded engine that is a commit, which a full disk or a lock is in the way of
    /// as it is of any other; a server refuses a statement that could write, where it may not.
    async fn write(&self) -> Result<()> {
        if let Engine::Sqlite { writer, place, .. } = &self.0.engine {
            return self.watched(commit_nothing(writer, place)).await;
        }
        let nobody = Query::update()
            .table(Users::Table)
            .value(Users::Version, Expr::col(Users::Version))
            .and_where(Expr::col(Users::Id).eq(0))
            .take();
        self.watched(self.attempt(&nobody)).await.map(drop)
    }
}

async fn commit_nothing(writer: &SqlitePool, place: &Place) -> Result<()> {
    let mut lease = Lease::writing(writer, place).await?;
    // A number in the file's header that is for its user, and that Usher does not use.
    let outcome = sqlx::query("PRAGMA user_version = 0").execute(&mut **lease).await;
    lease.settle(&outcome);
    outcome?;
    place.check()
}

#[async_trait]
impl Probe for Database {
    async fn ping(&self) -> std::result::Result<(), StoreError> {
        self.write().await?;
        if self.0.outage.is_fresh() {
            return Err(DatabaseError::Failing.into());
        }
        Ok(())
    }
}
