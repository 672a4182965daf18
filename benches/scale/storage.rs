//! The database itself: which devices it holds, and how much room it takes.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, Row as _};
use usher_bench::Backend;

/// A table or index that takes less than this share of all is not printed.
const SHARE: f64 = 0.01;

fn sqlite(data: &Path) -> Connection {
    Connection::open_with_flags(data.join("usher.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the database")
}

async fn postgres(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("PostgreSQL")
}

/// What a server does by itself some time after it was filled.
pub(crate) async fn settle(backend: &Backend) {
    if let Some(database) = &backend.database {
        postgres(&database.url).await.execute("VACUUM ANALYZE").await.expect("statistics");
    }
}

/// The devices of those of these users that exist: an addition that was undone leaves a gap between their ids.
pub(crate) async fn devices(backend: &Backend, data: &Path, users: &[u32]) -> Vec<(u32, String)> {
    let mut devices = Vec::new();
    if let Some(database) = &backend.database {
        let mut connection = postgres(&database.url).await;
        for user in users {
            let query = sqlx::query("SELECT id FROM devices WHERE user_id = $1").bind(i64::from(*user));
            let row = query.fetch_optional(&mut connection).await.expect("an answer");
            devices.extend(row.map(|row| (*user, row.get::<String, _>(0))));
        }
    } else {
        let connection = sqlite(data);
        let mut query = connection.prepare("SELECT id FROM devices WHERE user_id = ?").expect("a statement");
        for user in users {
            devices.extend(query.query_row([user], |row| Ok((*user, row.get::<_, String>(0)?))).ok());
        }
    }
    assert!(!devices.is_empty(), "there are no devices");
    devices
}

/// How much room everything takes, and each table and index.
pub(crate) async fn print(backend: &Backend, data: &Path, users: u32) {
    let parts = match &backend.database {
        None => sqlite_parts(data),
        Some(database) => postgres_parts(&database.url).await,
    };
    let all: f64 = parts.iter().map(|(_, bytes)| bytes).sum();
    let each = |bytes: f64| bytes / f64::from(users);
    println!("{:<34} {:>9.1} MB, {:.0} bytes a user", "database", all / 1e6, each(all));
    for (name, bytes) in parts.iter().filter(|(_, bytes)| *bytes >= all * SHARE) {
        println!("  {name:<44} {:>6.1} bytes a user", each(*bytes));
    }
}

fn sqlite_parts(data: &Path) -> Vec<(String, f64)> {
    let connection = sqlite(data);
    let sizes = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE ORDER BY pgsize DESC";
    let mut query = connection.prepare(sizes).expect("a statement");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as f64))).expect("sizes");
    rows.collect::<Result<_, _>>().expect("sizes")
}

async fn postgres_parts(url: &str) -> Vec<(String, f64)> {
    let sizes = "SELECT relname::text, pg_relation_size(oid)::float8 AS bytes FROM pg_class \
                 WHERE relkind IN ('r', 'i', 't') ORDER BY bytes DESC";
    let rows = postgres(url).await.fetch_all(sizes).await.expect("sizes");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}
