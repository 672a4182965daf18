use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use sea_query::{Expr, InsertStatement, IntoColumnRef, Query, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, FromRow, Row, Sqlite, SqlitePool, Transaction};
use usher_ports::outbound::{Probe, StoreError};

/// What the repositories see of a failure.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A unique key forbids the row. Ends the transaction: PostgreSQL would not go on after it.
    #[error("a unique key forbids it")]
    Duplicate(#[source] sqlx::Error),
    /// Anything else.
    #[error(transparent)]
    Sql(sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what no version of this program wrote.
    #[error("a row cannot be understood: {0}")]
    Corrupt(&'static str),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let duplicate =
            error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation);
        if duplicate { Self::Duplicate(error) } else { Self::Sql(error) }
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        Self::new(error)
    }
}

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

/// What every engine's row can be read into; `#[derive(FromRow)]` makes it so for all of them.
pub(crate) trait Record: for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}

/// What has to happen to the computer for an acknowledged write to be lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A broken disk: each commit waits until the disk has it (`synchronous=FULL`).
    #[default]
    Full,
    /// A power cut or a crash of the operating system, which may take the last commits (`synchronous=NORMAL`). A crash
    /// of Usher itself takes nothing.
    Relaxed,
}

/// Where and how the embedded engine keeps its file.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The file; made when it is not there.
    pub path: PathBuf,
    /// What a commit waits for.
    pub durability: Durability,
    /// How many connections read at the same time.
    pub readers: u32,
    /// How long a write waits for another process's, and a caller for a free connection.
    pub patience: Duration,
}

/// A database of some engine. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Database(Engine);

/// Each engine is matched once per primitive below, and nowhere else.
#[derive(Clone, Debug)]
enum Engine {
    /// `SQLite` takes one writer at a time. One connection queues the writers up fairly; several would race for the
    /// lock and time out. Readers see a snapshot and wait for nobody.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
}

impl Database {
    /// Opens the embedded engine.
    ///
    /// # Errors
    /// When the file cannot be opened or made.
    pub async fn sqlite(options: &SqliteOptions) -> Result<Self> {
        let synchronous = match options.durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Relaxed => SqliteSynchronous::Normal,
        };
        let connect = SqliteConnectOptions::new()
            .filename(&options.path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .busy_timeout(options.patience);
        let pool = || SqlitePoolOptions::new().acquire_timeout(options.patience);
        let writer = pool().max_connections(1).connect_with(connect.clone()).await?;
        let reading = connect.pragma("query_only", "on");
        let readers = pool().max_connections(options.readers.max(1)).connect_with(reading).await?;
        Ok(Self(Engine::Sqlite { writer, readers }))
    }

    /// Brings the schema up to date. Does nothing where it is.
    ///
    /// # Errors
    /// When a migration fails, or the database is of a newer version.
    pub async fn migrate(&self) -> Result<()> {
        match &self.0 {
            Engine::Sqlite { writer, .. } => sqlx::migrate!("../../migrations/sqlite").run(writer).await?,
        }
        Ok(())
    }

    /// Closes all connections, when they are no longer in use.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }

    pub(crate) async fn one<T: Record>(&self, statement: &impl SqlxBinder) -> Result<Option<T>> {
        match &self.0 {
            Engine::Sqlite { readers, .. } => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(readers).await?)
            }
        }
    }

    pub(crate) async fn all<T: Record>(&self, statement: &impl SqlxBinder) -> Result<Vec<T>> {
        match &self.0 {
            Engine::Sqlite { readers, .. } => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(readers).await?)
            }
        }
    }

    /// Runs one statement that needs no transaction; tells how many rows it changed.
    pub(crate) async fn execute(&self, statement: &impl SqlxBinder) -> Result<u64> {
        match &self.0 {
            Engine::Sqlite { writer, .. } => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_with(AssertSqlSafe(sql), values).execute(writer).await?.rows_affected())
            }
        }
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        match &self.0 {
            // A write transaction from its start: a deferred one fails at its first write when another process wrote
            // since its first read, whatever the time-out says.
            Engine::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
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
    pub(crate) async fn one<T: Record>(&mut self, statement: &impl SqlxBinder) -> Result<Option<T>> {
        match self {
            Self::Sqlite(tx) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(&mut **tx).await?)
            }
        }
    }

    pub(crate) async fn all<T: Record>(&mut self, statement: &impl SqlxBinder) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(tx) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(&mut **tx).await?)
            }
        }
    }

    /// Tells how many rows the statement matched.
    pub(crate) async fn execute(&mut self, statement: &impl SqlxBinder) -> Result<u64> {
        match self {
            Self::Sqlite(tx) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// Inserts a row and tells the number it got in `id`.
    pub(crate) async fn insert(
        &mut self,
        mut statement: InsertStatement,
        id: impl IntoColumnRef,
    ) -> Result<i64> {
        match self {
            Self::Sqlite(tx) => {
                statement.returning(Query::returning().column(id));
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                Ok(sqlx::query_with(AssertSqlSafe(sql), values).fetch_one(&mut **tx).await?.try_get(0)?)
            }
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
        }
    }
}
