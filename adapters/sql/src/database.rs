mod error;
mod open;
mod retry;

use std::time::Duration;

use async_trait::async_trait;
use sea_query::{
    Expr, InsertStatement, IntoColumnRef, MysqlQueryBuilder, PostgresQueryBuilder, Query, SqliteQueryBuilder,
};
use sea_query_sqlx::SqlxBinder;
use sqlx::mysql::MySqlRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, FromRow, MySql, MySqlPool, PgPool, Postgres, Row, Sqlite, SqlitePool, Transaction,
};
use usher_ports::outbound::{Probe, StoreError};

use crate::dialect::Dialect;

pub use error::DatabaseError;
pub(crate) use error::Result;
pub use open::{Durability, ServerOptions, SqliteOptions};
pub(crate) use retry::retrying;

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
pub struct Database {
    engine: Engine,
    patience: Duration,
}

/// Each engine is matched once per primitive below, and nowhere else but where it is opened and in `dialect`.
#[derive(Clone, Debug)]
enum Engine {
    /// `SQLite` takes one writer at a time. One connection queues the writers up fairly; several would race for the
    /// lock and time out. Readers see a snapshot and wait for nobody.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
    /// `MySQL` and `MariaDB`.
    MySql(MySqlPool),
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub(crate) struct Tx {
    open: Open,
    patience: Duration,
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    MySql(Transaction<'static, MySql>),
}

/// Writes a statement in the engine's words and runs it there.
macro_rules! run {
    ($statement:expr, match $on:expr => { $($pattern:pat => $builder:ident, $connection:expr;)+ },
     |$query:ident, $c:ident| $body:expr, $make:path) => {
        match $on {
            $($pattern => {
                let (sql, values) = $statement.build_sqlx($builder);
                let ($query, $c) = ($make(AssertSqlSafe(sql), values), $connection);
                $body
            })+
        }
    };
}

/// On a connection for reading.
macro_rules! read {
    ($database:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path) => {
        run!($statement, match &$database.engine => {
            Engine::Sqlite { readers, .. } => SqliteQueryBuilder, readers;
            Engine::Postgres(pool) => PostgresQueryBuilder, pool;
            Engine::MySql(pool) => MysqlQueryBuilder, pool;
        }, |$query, $c| $body, $make)
    };
}

/// In a transaction.
macro_rules! within {
    ($tx:expr, $statement:expr, |$query:ident, $c:ident| $body:expr, $make:path) => {
        run!($statement, match &mut $tx.open => {
            Open::Sqlite(tx) => SqliteQueryBuilder, &mut **tx;
            Open::Postgres(tx) => PostgresQueryBuilder, &mut **tx;
            Open::MySql(tx) => MysqlQueryBuilder, &mut **tx;
        }, |$query, $c| $body, $make)
    };
}

/// Waits for the database as long as is configured and no longer.
async fn in_time<T>(patience: Duration, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    tokio::time::timeout(patience, work).await.map_err(|_| DatabaseError::Slow)?
}

impl Database {
    pub(crate) async fn one<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        in_time(self.patience, async {
            Ok(read!(self, statement, |query, on| query.fetch_optional(on).await?, sqlx::query_as_with))
        })
        .await
    }

    pub(crate) async fn all<T: Record>(&self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        in_time(self.patience, async {
            Ok(read!(self, statement, |query, on| query.fetch_all(on).await?, sqlx::query_as_with))
        })
        .await
    }

    /// Runs one statement that needs no transaction; tells how many rows it matched.
    pub(crate) async fn execute(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        retrying(|| self.attempt(statement)).await
    }

    async fn attempt(&self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        in_time(self.patience, async {
            Ok(run!(statement, match &self.engine => {
                Engine::Sqlite { writer, .. } => SqliteQueryBuilder, writer;
                Engine::Postgres(pool) => PostgresQueryBuilder, pool;
                Engine::MySql(pool) => MysqlQueryBuilder, pool;
            }, |query, on| query.execute(on).await?.rows_affected(), sqlx::query_with))
        })
        .await
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        let open = in_time(self.patience, async {
            Ok(match &self.engine {
                // A write transaction from its start: a deferred one fails at its first write when another process
                // wrote since its first read, whatever the time-out says.
                Engine::Sqlite { writer, .. } => Open::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
                Engine::Postgres(pool) => Open::Postgres(pool.begin().await?),
                Engine::MySql(pool) => Open::MySql(pool.begin().await?),
            })
        });
        Ok(Tx { open: open.await?, patience: self.patience })
    }

    /// Leaves nothing in the file of what was just written over, where the engine keeps old pages beside new ones.
    pub(crate) async fn scrub(&self) -> Result<()> {
        let Engine::Sqlite { writer, .. } = &self.engine else { return Ok(()) };
        in_time(self.patience, async {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await?;
            Ok(())
        })
        .await
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match &self.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
            Engine::MySql(_) => Dialect::MySql,
        }
    }
}

#[async_trait]
impl Probe for Database {
    async fn ping(&self) -> std::result::Result<(), StoreError> {
        let one: Option<(i64,)> = self.one(&Query::select().expr(Expr::val(1i64)).take()).await?;
        one.map(drop).ok_or_else(|| StoreError::new("the database answered nothing"))
    }
}

impl Tx {
    pub(crate) async fn one<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Option<T>> {
        in_time(self.patience, async {
            Ok(within!(self, statement, |query, on| query.fetch_optional(on).await?, sqlx::query_as_with))
        })
        .await
    }

    pub(crate) async fn all<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>> {
        in_time(self.patience, async {
            Ok(within!(self, statement, |query, on| query.fetch_all(on).await?, sqlx::query_as_with))
        })
        .await
    }

    /// Tells how many rows the statement matched.
    pub(crate) async fn execute(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<u64> {
        in_time(self.patience, async {
            Ok(within!(
                self,
                statement,
                |query, on| query.execute(on).await?.rows_affected(),
                sqlx::query_with
            ))
        })
        .await
    }

    /// Inserts a row and tells the number it got in `id`.
    pub(crate) async fn insert(
        &mut self,
        mut statement: InsertStatement,
        id: impl IntoColumnRef,
    ) -> Result<i64> {
        // The one statement that differs: MySQL cannot return a row.
        if let Open::MySql(tx) = &mut self.open {
            let (sql, values) = statement.build_sqlx(MysqlQueryBuilder);
            let insert = sqlx::query_with(AssertSqlSafe(sql), values);
            let done = in_time(self.patience, async { Ok(insert.execute(&mut **tx).await?) }).await?;
            return i64::try_from(done.last_insert_id()).map_err(|_| DatabaseError::Corrupt("an id"));
        }
        statement.returning(Query::returning().column(id));
        in_time(self.patience, async {
            Ok(within!(self, statement, |query, on| query.fetch_one(on).await?.try_get(0)?, sqlx::query_with))
        })
        .await
    }

    pub(crate) async fn commit(self) -> Result<()> {
        in_time(self.patience, async {
            match self.open {
                Open::Sqlite(tx) => tx.commit().await?,
                Open::Postgres(tx) => tx.commit().await?,
                Open::MySql(tx) => tx.commit().await?,
            }
            Ok(())
        })
        .await
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match &self.open {
            Open::Sqlite(_) => Dialect::Sqlite,
            Open::Postgres(_) => Dialect::Postgres,
            Open::MySql(_) => Dialect::MySql,
        }
    }
}
