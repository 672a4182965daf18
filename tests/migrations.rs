//! The schemas of the engines.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sqlx::{Connection as _, Executor as _, MySqlConnection, PgConnection};
use usher_sql::{Database, ServerOptions};

use crate::support::engines::{MYSQL, POSTGRES};

fn files(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let files = std::fs::read_dir(folder).expect("a folder of migrations");
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_engine_has_the_same_migrations() {
    let sqlite = files("sqlite");
    assert!(!sqlite.is_empty());
    for engine in ["postgres", "mysql"] {
        assert_eq!(files(engine), sqlite, "{engine}");
    }
}

/// For how long a node that starts waits for another one's migration: longer than it waits for anything else.
const PATIENCE: Duration = Duration::from_secs(1);
const MIGRATION: Duration = Duration::from_secs(3);

fn options(url: &str) -> ServerOptions {
    ServerOptions { url: url.to_owned(), connections: 2, statements: 100, patience: PATIENCE }
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
