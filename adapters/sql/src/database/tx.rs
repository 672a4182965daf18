use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::Object;
use rusqlite::Connection;
use sea_query::{InsertStatement, IntoColumnRef, MysqlQueryBuilder, PostgresQueryBuilder, Query};
use sea_query_sqlx::SqlxBinder;
use sqlx::{AssertSqlSafe, Executor, MySql, Postgres, Row as _};

use super::embedded::{self, Statement};
use super::observer::Observer;
use super::pool::Pooled;
use super::{Database, DatabaseError, Engine, Record, Result};
use crate::dialect::Dialect;

/// How a transaction ended, and what it found.
#[derive(Debug)]
pub(crate) enum Ended<T> {
    /// What it wrote is kept.
    Commit(T),
    /// It leaves nothing behind.
    Abort(T),
}

/// What a transaction does with what it was given. It waits for nothing but its statements.
pub(crate) type Work<A, T> =
    for<'t> fn(&'t mut Tx, &'t A) -> Pin<Box<dyn Future<Output = Result<Ended<T>>> + Send + 't>>;

/// A write transaction, as [`Database::write`] lends it.
#[derive(Debug)]
pub(crate) struct Tx(Kind);

#[derive(Debug)]
enum Kind {
    /// One of a group, on the thread that writes.
    Embedded(Connection, Arc<Observer>),
    Server(ServerTx),
}

/// Dropped without [`Tx::commit`], it leaves nothing behind.
///
/// It is begun and ended by statements of our own, because the driver counts transactions by what it was told and not by
/// what happened. Here a connection whose transaction did not end as it was told is closed.
#[derive(Debug)]
struct ServerTx {
    /// Taken when it is dropped.
    open: Option<Open>,
    database: Database,
    /// It was committed: the connection is as it was.
    ended: bool,
    /// The database failed under it: whatever is open on the connection ends with that.
    broken: bool,
}

#[derive(Debug)]
enum Open {
    Postgres(Pooled<Postgres>),
    MySql(Pooled<MySql>),
}

/// Runs a statement in a server's transaction.
macro_rules! within {
    ($tx:expr, $database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path) => {
        within!(@match $tx, $database, $statement, |$query, $c| $body, $make,
            Postgres => PostgresQueryBuilder, MySql => MysqlQueryBuilder)
    };
    (@match $tx:expr, $database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path,
     $($engine:ident => $builder:ident),+) => {
        match $tx.open()? {
            $(Open::$engine(connection) => {
                let (sql, values) = $statement.build_sqlx($builder);
                $database.0.observer.sends(&sql, &values);
                let ($query, $c) = ($make(AssertSqlSafe(sql), values), &mut **connection);
                $body
            })+
        }
    };
}

impl Tx {
    /// On a server.
    pub(super) async fn begin(database: &Database) -> Result<Self> {
        let open = match &database.0.engine {
            Engine::Postgres(pool) => Open::Postgres(pool.get().await?),
            Engine::MySql(pool) => Open::MySql(pool.get().await?),
            Engine::Sqlite(_) => return Err(DatabaseError::Corrupt("a transaction of another engine")),
        };
        // Before it is begun, so that it is rolled back when its caller has gone.
        let mut tx = ServerTx { open: Some(open), database: database.clone(), ended: false, broken: false };
        tx.run_sql("BEGIN").await.inspect_err(|error| tx.note(error))?;
        Ok(Self(Kind::Server(tx)))
    }

    /// On the embedded engine's only connection that writes.
    pub(super) const fn embedded(connection: Connection, observer: Arc<Observer>) -> Self {
        Self(Kind::Embedded(connection, observer))
    }

    /// The embedded engine's connection.
    pub(super) fn connection(&self) -> Result<&Connection> {
        match &self.0 {
            Kind::Embedded(connection, _) => Ok(connection),
            Kind::Server(_) => Err(DatabaseError::Corrupt("a transaction of another engine")),
        }
    }

    /// One statement as a transaction of its own on the embedded engine.
    pub(super) fn run(&self, statement: &Statement) -> Result<Ended<u64>> {
        embedded::execute(self.connection()?, statement).map(Ended::Commit)
    }

    pub(crate) async fn one<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        let server = match &mut self.0 {
            Kind::Embedded(connection, observer) => {
                return embedded::one(connection, &Statement::of(statement, observer));
            }
            Kind::Server(server) => server,
        };
        let database = server.database.clone();
        let work = async {
            Ok(within!(
                server,
                database,
                statement,
                |query, on| query.fetch_optional(on).await?,
                sqlx::query_as_with
            ))
        };
        let outcome = database.watched(work).await;
        server.noted(outcome)
    }

    pub(crate) async fn all<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        let server = match &mut self.0 {
            Kind::Embedded(connection, observer) => {
                return embedded::all(connection, &Statement::of(statement, observer));
            }
            Kind::Server(server) => server,
        };
        let database = server.database.clone();
        let work = async {
            Ok(within!(
                server,
                database,
                statement,
                |query, on| query.fetch_all(on).await?,
                sqlx::query_as_with
            ))
        };
        let outcome = database.watched(work).await;
        server.noted(outcome)
    }

    /// Tells how many rows the statement matched.
    pub(crate) async fn execute(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        let server = match &mut self.0 {
            Kind::Embedded(connection, observer) => {
                return embedded::execute(connection, &Statement::of(statement, observer));
            }
            Kind::Server(server) => server,
        };
        let database = server.database.clone();
        let work = async {
            Ok(within!(
                server,
                database,
                statement,
                |query, on| query.execute(on).await?.rows_affected(),
                sqlx::query_with
            ))
        };
        let outcome = database.watched(work).await;
        server.noted(outcome)
    }

    /// Inserts a row and tells the number it got in `id`.
    pub(crate) async fn insert(
        &mut self,
        mut statement: InsertStatement,
        id: impl IntoColumnRef + Send,
    ) -> Result<i64> {
        let server = match &mut self.0 {
            Kind::Embedded(connection, observer) => {
                embedded::execute(connection, &Statement::of(&statement, observer))?;
                return Ok(connection.last_insert_rowid());
            }
            Kind::Server(server) => server,
        };
        let database = server.database.clone();
        let work = async {
            // MySQL cannot return a row.
            if let Open::MySql(connection) = server.open()? {
                let (sql, values) = statement.build_sqlx(MysqlQueryBuilder);
                database.0.observer.sends(&sql, &values);
                let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **connection).await?;
                return i64::try_from(done.last_insert_id()).map_err(|_| DatabaseError::Corrupt("an id"));
            }
            statement.returning(Query::returning().column(id));
            Ok(within!(
                server,
                database,
                statement,
                |query, on| query.fetch_one(on).await?.try_get(0)?,
                sqlx::query_with
            ))
        };
        let outcome = database.watched(work).await;
        server.noted(outcome)
    }

    /// On a server. What is acknowledged is kept by it.
    pub(super) async fn commit(self) -> Result<()> {
        let Kind::Server(mut server) = self.0 else {
            return Err(DatabaseError::Corrupt("a transaction of another engine"));
        };
        let database = server.database.clone();
        let outcome = database.watched(server.run_sql("COMMIT")).await;
        server.noted(outcome)?;
        server.ended = true;
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.0 {
            Kind::Embedded(..) => Dialect::Sqlite,
            Kind::Server(server) => server.database.dialect(),
        }
    }
}

impl ServerTx {
    fn open(&mut self) -> Result<&mut Open> {
        self.open.as_mut().ok_or(DatabaseError::Corrupt("a transaction that has ended"))
    }

    async fn run_sql(&mut self, sql: &'static str) -> Result<()> {
        self.database.0.observer.observe_sql(sql);
        let said = match self.open()? {
            Open::Postgres(connection) => (&mut **connection).execute(sql).await.map(|_| ()),
            Open::MySql(connection) => (&mut **connection).execute(sql).await.map(|_| ()),
        };
        Ok(said?)
    }

    fn noted<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.inspect_err(|error| self.note(error))
    }

    fn note(&mut self, error: &DatabaseError) {
        self.broken |= error.fault().is_some();
    }
}

impl Drop for ServerTx {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else { return };
        if self.ended {
            return;
        }
        let (timeout, broken) = (self.database.0.timeout, self.broken);
        match open {
            Open::Postgres(connection) => roll_back(connection, timeout, broken),
            Open::MySql(connection) => roll_back(connection, timeout, broken),
        }
    }
}

/// Rolls back, on a task of its own, because a drop cannot wait; closes what cannot be rolled back.
fn roll_back<DB: sqlx::Database>(mut connection: Pooled<DB>, timeout: Duration, broken: bool)
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    if broken {
        drop(Object::take(connection));
        return;
    }
    tokio::spawn(async move {
        let rolled_back = tokio::time::timeout(timeout, (&mut *connection).execute("ROLLBACK")).await;
        if !matches!(rolled_back, Ok(Ok(_))) {
            drop(Object::take(connection));
        }
    });
}
