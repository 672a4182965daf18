use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::Object;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use super::embedded::Embedded;
use super::observer::Observer;
use super::pool::Pool;
use super::{Database, DatabaseError, Engine, Result};

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
    pub connections: u32,
    /// How long a write waits for another process's, and a caller for a free connection.
    pub timeout: Duration,
}

/// Which server, and how it is used.
#[derive(Clone)]
pub struct ServerOptions {
    /// `postgres://`, `mysql://` or `mariadb://`, with whatever the driver understands behind the `?`: TLS above all.
    pub url: String,
    /// How many connections are open at most.
    pub connections: u32,
    /// How many prepared statements a connection keeps. None, for a pooler that hands a connection to many.
    pub statements: usize,
    /// How long a caller waits for a connection or an answer.
    pub timeout: Duration,
}

impl Database {
    /// Opens the embedded engine.
    ///
    /// # Errors
    /// When the file cannot be opened or made.
    pub async fn sqlite(options: &SqliteOptions) -> Result<Self> {
        let observer = Arc::new(Observer::default());
        let (opening, observing) = (options.clone(), Arc::clone(&observer));
        let embedded = tokio::task::spawn_blocking(move || Embedded::open(&opening, observing)).await;
        let embedded = embedded.map_err(|_| DatabaseError::Closed)??;
        Ok(Self::new(Engine::Sqlite(embedded), options.timeout, observer))
    }

    /// Connects to a PostgreSQL server.
    ///
    /// # Errors
    /// When the address cannot be read or the server cannot be reached.
    pub async fn postgres(options: &ServerOptions) -> Result<Self> {
        // The server gives up when no caller waits any more.
        let timeout = options.timeout.as_millis().to_string();
        let connect = PgConnectOptions::from_str(&options.url)?
            .options([("statement_timeout", timeout.as_str()), ("lock_timeout", timeout.as_str())])
            .statement_cache_capacity(options.statements)
            .disable_statement_logging();
        let pool = Pool::open(connect, Vec::new(), options.connections, options.timeout).await?;
        Ok(Self::new(Engine::Postgres(pool), options.timeout, Arc::default()))
    }

    /// Connects to a MySQL or MariaDB server.
    ///
    /// # Errors
    /// When the address cannot be read or the server cannot be reached.
    pub async fn mysql(options: &ServerOptions) -> Result<Self> {
        let connect = MySqlConnectOptions::from_str(&options.url)?
            .charset("utf8mb4")
            .statement_cache_capacity(options.statements)
            .disable_statement_logging();
        let lock_wait = options.timeout.as_secs().max(1);
        let set_up = vec![
            // The others' default. MariaDB's own fails a read and then a write when another wrote meanwhile.
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
            format!("SET SESSION innodb_lock_wait_timeout = {lock_wait}"),
        ];
        let pool = Pool::open(connect, set_up, options.connections, options.timeout).await?;
        Ok(Self::new(Engine::MySql(pool), options.timeout, Arc::default()))
    }

    /// Brings the schema up to date. Does nothing where it is. Any number of nodes may do it at once.
    ///
    /// # Errors
    /// When a migration fails, or the database is of a newer version.
    pub async fn migrate(&self) -> Result<()> {
        match &self.0.engine {
            Engine::Sqlite(embedded) => {
                let options = SqliteConnectOptions::new()
                    .filename(embedded.path())
                    .foreign_keys(true)
                    .busy_timeout(self.0.timeout)
                    .disable_statement_logging();
                let mut connection = options.connect().await?;
                sqlx::migrate!("../../migrations/sqlite").run(&mut connection).await?;
                connection.close().await?;
            }
            Engine::Postgres(pool) => {
                // A migration takes as long as it takes, and so do those who wait for another node's.
                let mut connection = Object::take(pool.get().await?);
                connection.execute("SET statement_timeout = 0; SET lock_timeout = 0").await?;
                sqlx::migrate!("../../migrations/postgres").run(&mut connection).await?;
                connection.close().await?;
            }
            Engine::MySql(pool) => {
                sqlx::migrate!("../../migrations/mysql").run(&mut *pool.get().await?).await?;
            }
        }
        Ok(())
    }

    /// Closes all connections, when they are no longer in use.
    pub async fn close(&self) {
        match &self.0.engine {
            Engine::Sqlite(embedded) => embedded.close().await,
            Engine::Postgres(pool) => pool.close().await,
            Engine::MySql(pool) => pool.close().await,
        }
    }
}
