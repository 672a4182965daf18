//! The embedded engine: `SQLite`, by its own synchronous interface.
//!
//! Writes go to one thread that commits those together which wait together; reads are done in place or on a blocking
//! thread. `docs/decisions/0017` has what was measured.

mod file_identity;
mod query;
mod readers;
mod value;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sea_query::{SqliteQueryBuilder, Value};
use sea_query_sqlx::SqlxBinder;

use super::observer::Observer;
use super::{Durability, Ended, Result, SqliteOptions, Tx, Work};
use file_identity::FileIdentity;
use readers::Readers;
pub(crate) use value::FromSqlite;
use writer::Writer;

pub(super) use query::{all, execute, one};

/// A statement in the engine's dialect, and what it is about.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    pub(super) fn of(statement: &impl SqlxBinder, observer: &Observer) -> Self {
        let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
        observer.sends(&sql, &values);
        Self { sql, values: values.0.0 }
    }
}

/// A database file that is open.
#[derive(Debug)]
pub(super) struct Embedded {
    opener: Arc<Opener>,
    writer: Writer,
    readers: Readers,
}

impl Embedded {
    pub(super) fn open(options: &SqliteOptions, observer: Arc<Observer>) -> Result<Self> {
        let first = writing(connect(options, OpenFlags::SQLITE_OPEN_CREATE)?)?;
        let mode: String = first.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        tracing::debug!(mode, "the database file is open");
        // SQLite makes the log at the first read.
        first.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        let opener = Arc::new(Opener { options: options.clone(), files: FileIdentity::of(&options.path)? });
        Ok(Self {
            readers: Readers::open(Arc::clone(&opener), options.connections)?,
            writer: Writer::start(Tx::embedded(first, Arc::clone(&observer)), Arc::clone(&opener), observer)?,
            opener,
        })
    }

    /// The first row of a statement that looks one up by a key.
    pub(super) async fn one<T: FromSqlite + Send + 'static>(
        &self,
        statement: Statement,
    ) -> Result<Option<T>> {
        self.readers.one(statement).await
    }

    pub(super) async fn all<T: FromSqlite + Send + 'static>(&self, statement: Statement) -> Result<Vec<T>> {
        self.readers.all(statement).await
    }

    pub(super) async fn write<A, T>(&self, given: A, work: Work<A, T>) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.writer.write(given, work).await
    }

    /// Commits as little as can be: a number in the file's header that is for its user, and that Usher does not use.
    pub(super) async fn touch(&self) -> Result<()> {
        self.write((), |tx, ()| {
            Box::pin(async move {
                tx.connection()?.pragma_update(None, "user_version", 0)?;
                Ok(Ended::Commit(()))
            })
        })
        .await
    }

    pub(super) async fn scrub(&self) -> Result<()> {
        self.writer.scrub().await
    }

    pub(super) fn path(&self) -> &Path {
        &self.opener.options.path
    }

    /// Waits for what was begun. The last connection moves the log into the file.
    pub(super) async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
}

/// Opens connections to the file that was opened first, and to no other.
#[derive(Debug)]
struct Opener {
    options: SqliteOptions,
    files: FileIdentity,
}

impl Opener {
    fn writer(&self) -> Result<Connection> {
        writing(self.connection()?)
    }

    fn connection(&self) -> Result<Connection> {
        self.files.check()?;
        connect(&self.options, OpenFlags::empty())
    }

    /// One that waits for nothing.
    fn reader(&self) -> Result<Connection> {
        let connection = self.scanner()?;
        connection.busy_timeout(Duration::ZERO)?;
        Ok(connection)
    }

    fn scanner(&self) -> Result<Connection> {
        let connection = self.connection()?;
        connection.pragma_update(None, "query_only", "on")?;
        Ok(connection)
    }
}

/// How many statements a connection keeps prepared: more than there are.
const PREPARED: usize = 256;

fn connect(options: &SqliteOptions, create: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let connection = Connection::open_with_flags(&options.path, flags)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // One plan for a statement, whatever its parameters are. Otherwise SQLite plans anew at every call, because the next
    // parameters might do better with another plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Less than the caller waits: who waits for the lock is then told that it is held, and not that it was slow.
    connection.busy_timeout(options.timeout / 10 * 9)?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    let synchronous = match options.durability {
        Durability::Full => "full",
        Durability::Relaxed => "normal",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // What is deleted or written over is not left in the page it was on.
    connection.query_row("PRAGMA secure_delete = fast", [], |_| Ok(()))?;
    Ok(connection)
}

/// What a savepoint needs to be rolled back is kept in memory. In a file, it took nearly half of the writer's time.
fn writing(connection: Connection) -> Result<Connection> {
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_commit_waits_for_the_disk_unless_it_need_not() {
        for (durability, expected) in [(Durability::Full, 2), (Durability::Relaxed, 1)] {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("usher.db");
            let options = SqliteOptions { path, durability, connections: 1, timeout: Duration::from_secs(5) };
            let embedded = Embedded::open(&options, Arc::default()).unwrap();
            let synchronous = embedded.write((), |tx, ()| {
                Box::pin(async move {
                    let found = tx.connection()?.pragma_query_value(None, "synchronous", |row| row.get(0))?;
                    Ok(Ended::<i64>::Commit(found))
                })
            });
            assert_eq!(synchronous.await.unwrap(), expected);
            embedded.close().await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn writes_beyond_the_queue_are_refused_at_once_and_the_others_are_done() {
        const MANY: usize = 3_000;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("usher.db");
        let (durability, timeout) = (Durability::Relaxed, Duration::from_secs(5));
        let options = SqliteOptions { path, durability, connections: 1, timeout };
        let embedded = Embedded::open(&options, Arc::default()).unwrap();
        // The first transaction keeps the thread busy until it is told to end.
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let busy = embedded.write(std::sync::Mutex::new(ended), |_, ended| {
            Box::pin(async move {
                let _ = ended.lock().unwrap().recv();
                Ok(Ended::Commit(()))
            })
        });
        let touches = futures_util::future::join_all((0..MANY).map(|_| async {
            let outcome = embedded.touch().await;
            if matches!(outcome, Err(crate::DatabaseError::Overloaded)) {
                let _ = end.send(());
            }
            outcome
        }));
        let (busy, outcomes) = tokio::join!(busy, touches);
        busy.unwrap();
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let refused =
            outcomes.iter().filter(|it| matches!(it, Err(crate::DatabaseError::Overloaded))).count();
        assert_eq!(done + refused, MANY);
        assert!((1_000..2_000).contains(&done), "{done} done");
        assert!(embedded.touch().await.is_ok());
    }

    #[tokio::test]
    async fn one_of_a_group_that_fails_or_panics_fails_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("usher.db");
        let (durability, timeout) = (Durability::Full, Duration::from_secs(5));
        let options = SqliteOptions { path, durability, connections: 1, timeout };
        let embedded = Arc::new(Embedded::open(&options, Arc::default()).unwrap());
        let run = |sql: String| {
            embedded.write(sql, |tx, sql| {
                Box::pin(async move {
                    assert!(!sql.contains("panic"), "as told");
                    tx.connection()?.execute_batch(sql)?;
                    Ok(Ended::Commit(()))
                })
            })
        };
        run("CREATE TABLE numbers (number INTEGER PRIMARY KEY)".to_owned()).await.unwrap();
        let jobs = (0..90).map(|number| {
            run(match number % 3 {
                0 => format!("INSERT INTO numbers VALUES ({number})"),
                1 => format!("INSERT INTO numbers VALUES ({number}); INSERT INTO numbers VALUES (0)"),
                _ => format!("INSERT INTO numbers VALUES ({number}); panic"),
            })
        });
        let outcomes = futures_util::future::join_all(jobs).await;
        for (number, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.is_ok(), number % 3 == 0, "{number}: {outcome:?}");
        }
        let rows = embedded.write((), |tx, ()| {
            Box::pin(async move {
                let sql = "SELECT count(*) FROM numbers";
                Ok(Ended::<i64>::Abort(tx.connection()?.query_row(sql, [], |row| row.get(0))?))
            })
        });
        assert_eq!(rows.await.unwrap(), 30);
    }
}
