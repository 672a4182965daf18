use std::time::Duration;

use sea_query::{
    InsertStatement, IntoColumnRef, MysqlQueryBuilder, PostgresQueryBuilder, Query, SqliteQueryBuilder,
};
use sea_query_sqlx::SqlxBinder;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, MySql, Postgres, Row as _, Sqlite};

use super::{Database, DatabaseError, Engine, Record, Result};
use crate::dialect::Dialect;

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
///
/// It is begun and ended by statements of our own, because the driver counts transactions by what it was told and not by
/// what happened: `SQLite` rolls back by itself when the disk is full, and the driver's connection is then in a
/// transaction for ever. Here a connection whose transaction did not end as it was told is closed.
pub(crate) struct Tx {
    /// Taken when it is dropped.
    open: Option<Open>,
    database: Database,
    /// It was committed: the connection is as it was.
    ended: bool,
    /// The database failed under it: whatever is open on the connection ends with that.
    broken: bool,
}

enum Open {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    MySql(PoolConnection<MySql>),
}

/// Runs a statement in the transaction.
macro_rules! within {
    ($tx:expr, $database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path) => {
        within!(@match $tx, $database, $statement, |$query, $c| $body, $make,
            Sqlite => SqliteQueryBuilder, Postgres => PostgresQueryBuilder, MySql => MysqlQueryBuilder)
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
    pub(super) async fn begin(database: &Database) -> Result<Self> {
        let (open, begin) = match &database.0.engine {
            // A write transaction from its start: a deferred one fails at its first write when another process
            // wrote since its first read, whatever the time-out says.
            Engine::Sqlite { writer, place, .. } => {
                place.check()?;
                (Open::Sqlite(Box::pin(writer.acquire()).await?), "BEGIN IMMEDIATE")
            }
            Engine::Postgres(pool) => (Open::Postgres(Box::pin(pool.acquire()).await?), "BEGIN"),
            Engine::MySql(pool) => (Open::MySql(Box::pin(pool.acquire()).await?), "BEGIN"),
        };
        // Before it is begun, so that it is rolled back when nobody waits for it any more.
        let mut tx = Self { open: Some(open), database: database.clone(), ended: false, broken: false };
        tx.say(begin).await.inspect_err(|error| tx.note(error))?;
        Ok(tx)
    }

    fn open(&mut self) -> Result<&mut Open> {
        self.open.as_mut().ok_or(DatabaseError::Corrupt("a transaction that has ended"))
    }

    async fn say(&mut self, words: &'static str) -> Result<()> {
        self.database.0.observer.says(words);
        let said = match self.open()? {
            Open::Sqlite(connection) => (&mut **connection).execute(words).await.map(|_| ()),
            Open::Postgres(connection) => (&mut **connection).execute(words).await.map(|_| ()),
            Open::MySql(connection) => (&mut **connection).execute(words).await.map(|_| ()),
        };
        Ok(said?)
    }

    pub(crate) async fn one<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        let database = self.database.clone();
        let work = async {
            Ok(within!(
                self,
                database,
                statement,
                |query, on| query.fetch_optional(on).await?,
                sqlx::query_as_with
            ))
        };
        let outcome = database.watched(work).await;
        self.noted(outcome)
    }

    pub(crate) async fn all<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        let database = self.database.clone();
        let work = async {
            Ok(within!(
                self,
                database,
                statement,
                |query, on| query.fetch_all(on).await?,
                sqlx::query_as_with
            ))
        };
        let outcome = database.watched(work).await;
        self.noted(outcome)
    }

    /// Tells how many rows the statement matched.
    pub(crate) async fn execute(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        let database = self.database.clone();
        let work = async {
            Ok(within!(
                self,
                database,
                statement,
                |query, on| query.execute(on).await?.rows_affected(),
                sqlx::query_with
            ))
        };
        let outcome = database.watched(work).await;
        self.noted(outcome)
    }

    /// Inserts a row and tells the number it got in `id`.
    pub(crate) async fn insert(
        &mut self,
        mut statement: InsertStatement,
        id: impl IntoColumnRef + Send,
    ) -> Result<i64> {
        let database = self.database.clone();
        let work = async {
            // The one statement that differs: MySQL cannot return a row.
            if let Open::MySql(connection) = self.open()? {
                let (sql, values) = statement.build_sqlx(MysqlQueryBuilder);
                database.0.observer.sends(&sql, &values);
                let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **connection).await?;
                return i64::try_from(done.last_insert_id()).map_err(|_| DatabaseError::Corrupt("an id"));
            }
            statement.returning(Query::returning().column(id));
            Ok(within!(
                self,
                database,
                statement,
                |query, on| query.fetch_one(on).await?.try_get(0)?,
                sqlx::query_with
            ))
        };
        let outcome = database.watched(work).await;
        self.noted(outcome)
    }

    /// What is acknowledged is in the file that the next start will open.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let database = self.database.clone();
        let outcome = database.watched(self.say("COMMIT")).await;
        self.noted(outcome)?;
        self.ended = true;
        database.in_place().inspect_err(|error| database.note(error))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.database.dialect()
    }

    fn noted<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.inspect_err(|error| self.note(error))
    }

    fn note(&mut self, error: &DatabaseError) {
        self.broken |= error.fault().is_some();
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(open) = self.open.take() else { return };
        if self.ended {
            return;
        }
        let (patience, broken) = (self.database.0.patience, self.broken);
        match open {
            Open::Sqlite(connection) => roll_back(connection, patience, broken),
            Open::Postgres(connection) => roll_back(connection, patience, broken),
            Open::MySql(connection) => roll_back(connection, patience, broken),
        }
    }
}

/// Rolls back, on a task of its own, as the pool takes connections back; closes what cannot be rolled back.
fn roll_back<DB: sqlx::Database>(mut connection: PoolConnection<DB>, patience: Duration, broken: bool)
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    if broken {
        connection.close_on_drop();
        return;
    }
    tokio::spawn(async move {
        let rolled_back = tokio::time::timeout(patience, (&mut *connection).execute("ROLLBACK")).await;
        if !matches!(rolled_back, Ok(Ok(_))) {
            connection.close_on_drop();
        }
    });
}
