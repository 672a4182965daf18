//! A database of an engine, and a connection to it beside the program's.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use usher_sql::{Database, Durability, SqliteOptions};

use crate::support::engines::{SqlServer, TestDatabase};

pub(super) enum DatabaseFixture {
    Sqlite(TempDir),
    Server(TestDatabase),
}

pub(super) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    MySql(MySqlConnection),
}

impl DatabaseFixture {
    pub(super) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a directory"))
    }

    pub(super) async fn on(server: &SqlServer) -> Self {
        Self::Server(server.database().await)
    }

    /// As the program opens it, with its schema.
    pub(super) async fn open(&self) -> Database {
        match self {
            Self::Sqlite(directory) => {
                let options = SqliteOptions {
                    path: directory.path().join("usher.db"),
                    durability: Durability::Relaxed,
                    connections: 4,
                    timeout: Duration::from_secs(30),
                };
                let database = Database::sqlite(&options).await.expect("a database");
                database.migrate().await.expect("a schema");
                database
            }
            Self::Server(own) => own.open().await,
        }
    }

    pub(super) async fn connect(&self) -> Raw {
        match self {
            Self::Sqlite(directory) => {
                let options = SqliteConnectOptions::new()
                    .filename(directory.path().join("usher.db"))
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(30));
                Raw::Sqlite(SqliteConnection::connect_with(&options).await.expect("a connection"))
            }
            Self::Server(own) if own.url.starts_with("postgres") => {
                Raw::Postgres(PgConnection::connect(&own.url).await.expect("a connection"))
            }
            Self::Server(own) => Raw::MySql(MySqlConnection::connect(&own.url).await.expect("a connection")),
        }
    }
}

impl Raw {
    /// Statements with no parameters, one after the other.
    pub(super) async fn run(&mut self, sql: &str) {
        let done = match self {
            Self::Sqlite(on) => on.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop),
            Self::Postgres(on) => on.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop),
            Self::MySql(on) => on.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop),
        };
        if let Err(error) = done {
            panic!("{error}: {}", &sql[..sql.len().min(500)]);
        }
    }

    /// The first column of all rows.
    pub(super) async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(on) => sqlx::query_scalar(sql).fetch_all(on).await,
            Self::Postgres(on) => sqlx::query_scalar(sql).fetch_all(on).await,
            Self::MySql(on) => sqlx::query_scalar(sql).fetch_all(on).await,
        }
        .expect("rows")
    }
}
