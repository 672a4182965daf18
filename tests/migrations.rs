//! The schemas of the engines.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::{Connection as _, Executor as _, MySqlConnection, PgConnection, query_scalar};
use usher_sql::{Database, Durability, ServerOptions, SqliteOptions};

use crate::support::engines::{MARIADB, MYSQL, POSTGRES, SqlServer};

/// Tables, columns with their types, keys, indexes and references, a line each.
type Catalogue = BTreeSet<String>;

async fn sqlite() -> Catalogue {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("usher.db");
    let (durability, timeout) = (Durability::Relaxed, Duration::from_secs(30));
    let options = SqliteOptions { path: path.clone(), durability, connections: 2, timeout };
    let database = Database::sqlite(&options).await.expect("a database");
    database.migrate().await.expect("a schema");
    database.close().await;
    let database = rusqlite::Connection::open(path).expect("a database");
    let mut statement = database.prepare(include_str!("migrations/sqlite.sql")).expect("a statement");
    let lines = statement.query_map([], |row| row.get(0)).expect("an answer");
    lines.collect::<Result<_, _>>().expect("lines")
}

async fn postgres() -> Catalogue {
    let own = POSTGRES.database().await;
    own.open().await.close().await;
    let mut connection = PgConnection::connect(&own.url).await.expect("a connection");
    let lines = query_scalar(include_str!("migrations/postgres.sql")).fetch_all(&mut connection).await;
    lines.expect("lines").into_iter().collect()
}

async fn mysql(server: &SqlServer) -> Catalogue {
    let own = server.database().await;
    own.open().await.close().await;
    let mut connection = MySqlConnection::connect(&own.url).await.expect("a connection");
    let lines = query_scalar(include_str!("migrations/mysql.sql")).fetch_all(&mut connection).await;
    let lines: Vec<String> = lines.expect("lines");
    // It has no indexes over a part of a table: what is pending comes first in the index instead.
    lines
        .into_iter()
        .map(|line| line.replace("revocations: pending, user_id", "revocations: user_id"))
        .collect()
}

#[track_caller]
fn same(engine: &str, catalogue: &Catalogue, sqlite: &Catalogue) {
    let missing: Vec<_> = sqlite.difference(catalogue).collect();
    let more: Vec<_> = catalogue.difference(sqlite).collect();
    assert!(missing.is_empty() && more.is_empty(), "{engine} lacks {missing:#?} and has {more:#?}");
}

#[tokio::test]
async fn every_engine_has_the_same_columns_types_and_indexes() {
    let expected = sqlite().await;
    for line in [
        "column users.uuid: bytes",
        "column users.last_seen_at: number, generated",
        "column users.deleted_at: number, optional",
        "primary key of aliases: visitor_id, user_id",
        "unique of users: username_key",
        "index users_by_status of users: status, id",
        "reference devices.user_id: users, cascade",
    ] {
        assert!(expected.contains(line), "{line} is not in {expected:#?}");
    }
    same("postgres", &postgres().await, &expected);
    same("mysql", &mysql(&MYSQL).await, &expected);
    same("mariadb", &mysql(&MARIADB).await, &expected);
}

/// For how long a node that starts waits for another one's migration: longer than it waits for anything else.
const TIMEOUT: Duration = Duration::from_secs(1);
const MIGRATION: Duration = Duration::from_secs(3);

fn options(url: &str) -> ServerOptions {
    ServerOptions { url: url.to_owned(), connections: 2, statements: 100, timeout: TIMEOUT }
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_migration_is_waited_for() {
        let own = POSTGRES.database().await;
        own.open().await.close().await;
        let mut other = PgConnection::connect(&own.url).await.expect("a connection");
        other.execute("BEGIN; LOCK TABLE _sqlx_migrations").await.expect("a lock");
        let database = Database::postgres(&options(&own.url)).await.expect("a connection");
        let (migrated, ()) = tokio::join!(database.migrate(), async {
            tokio::time::sleep(MIGRATION).await;
            other.execute("COMMIT").await.expect("an end");
        });
        migrated.expect("a schema");
    }
}

mod mysql {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_migration_is_waited_for() {
        let own = MYSQL.database().await;
        own.open().await.close().await;
        let mut other = MySqlConnection::connect(&own.url).await.expect("a connection");
        other.execute("LOCK TABLES _sqlx_migrations WRITE").await.expect("a lock");
        let database = Database::mysql(&options(&own.url)).await.expect("a connection");
        let (migrated, ()) = tokio::join!(database.migrate(), async {
            tokio::time::sleep(MIGRATION).await;
            other.execute("UNLOCK TABLES").await.expect("an end");
        });
        migrated.expect("a schema");
    }
}
