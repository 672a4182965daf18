//! The rows of a first launch, in a transaction of their own, without Usher: a user, a device and a session.

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rusqlite::{Connection, params};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection, PgConnection, Row as _};
use usher_bench::{Backend, Figures, Idle, Installation, SqlDatabase};
use uuid::Uuid;

use crate::{CLIENTS, PROGRAM, directory};

const USER: &str = "INSERT INTO users (uuid, username, username_key, role, registered_at, registered_from, \
                    last_login_at, last_login_from, updated_at) VALUES (?, ?, ?, 'visitor', 1, '127.0.0.1', 1, \
                    '127.0.0.1', 1)";
const DEVICE: &str = "INSERT INTO devices (id, user_id, platform, first_seen_at, last_seen_at) \
                      VALUES (?, ?, 'app', 1, 1)";
const SESSION: &str = "INSERT INTO sessions (id, user_id, role, epoch, started_at, seen_at, expires_at) \
                       VALUES (?, ?, 'visitor', 0, 1, 1, 9000000000000)";

/// One account: what is unique of it.
struct Account {
    uuid: Uuid,
    name: String,
    device: String,
    session: Vec<u8>,
}

impl Account {
    fn new(number: u64) -> Self {
        // In no order, as ids are in the field.
        let scattered = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let uuid = Uuid::from_u128(scattered);
        Self {
            uuid,
            name: format!("vis{:x}", scattered >> 64),
            device: uuid.hyphenated().to_string(),
            session: [uuid.as_bytes().as_slice(), &number.to_be_bytes(), &[0; 8]].concat(),
        }
    }
}

/// In the database of this backend, which is empty afterwards again.
pub(crate) async fn rows(backend: &Backend, time: Duration) -> Figures {
    let data = directory();
    let installation = Installation::new(PROGRAM, data.path(), &backend.settings);
    installation.run(&["migrate"], "");
    match &backend.database {
        None => sqlite(&installation.data, &backend.settings[0].1, time),
        Some(database) => {
            let figures = server(database, CLIENTS, time).await;
            database.empty().await;
            figures
        }
    }
}

/// SQLite: one durable commit after another, which is as many as it takes in one after another.
fn sqlite(data: &Path, durability: &str, time: Duration) -> Figures {
    let mut connection = Connection::open(data.join("usher.db")).expect("the database");
    let pragmas =
        format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = {durability}; PRAGMA foreign_keys = ON");
    connection.execute_batch(&pragmas).expect("the pragmas");
    let (idle, begun, mut took) = (Idle::from_now(), Instant::now(), Vec::new());
    while begun.elapsed() < time {
        let account = Account::new(took.len() as u64);
        let begun = Instant::now();
        add(&mut connection, &account).expect("an account");
        took.push(begun.elapsed());
    }
    Figures::of(took, begun.elapsed(), idle)
}

fn add(connection: &mut Connection, new: &Account) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.prepare_cached(USER)?.execute(params![new.uuid.as_bytes(), new.name, new.name])?;
    let user = tx.last_insert_rowid();
    tx.prepare_cached(DEVICE)?.execute(params![new.device, user])?;
    tx.prepare_cached(SESSION)?.execute(params![new.session, user])?;
    tx.commit()
}

/// A server: prepared statements in a transaction, from as many connections as Usher has clients.
async fn server(database: &SqlDatabase, connections: usize, time: Duration) -> Figures {
    let most = u32::try_from(connections).expect("it fits");
    let number = Cell::new(0);
    let next = || Account::new(number.replace(number.get() + 1));
    if database.is_postgres() {
        let pool = PgPoolOptions::new().max_connections(most).connect(&database.url).await;
        let pool = pool.expect("PostgreSQL");
        repeat(connections, time, async || {
            let mut connection = pool.acquire().await.expect("a connection");
            add_on_postgres(&mut connection, &next()).await.expect("an account");
        })
        .await
    } else {
        let options: MySqlConnectOptions = database.url.parse().expect("a URL");
        let pool = MySqlPoolOptions::new().max_connections(most).connect_with(options).await;
        let pool = pool.expect("MySQL or MariaDB");
        repeat(connections, time, async || {
            let mut connection = pool.acquire().await.expect("a connection");
            add_on_mysql(&mut connection, &next()).await.expect("an account");
        })
        .await
    }
}

async fn repeat(connections: usize, time: Duration, work: impl AsyncFn()) -> Figures {
    join_all((0..connections).map(|_| work())).await;
    let (idle, begun) = (Idle::from_now(), Instant::now());
    let workers = (0..connections).map(|_| async {
        let mut took = Vec::new();
        while begun.elapsed() < time {
            let begun = Instant::now();
            work().await;
            took.push(begun.elapsed());
        }
        took
    });
    let took = join_all(workers).await.into_iter().flatten().collect();
    Figures::of(took, begun.elapsed(), idle)
}

async fn add_on_postgres(connection: &mut PgConnection, new: &Account) -> sqlx::Result<()> {
    let user = format!("{} RETURNING id", numbered(USER));
    connection.execute("BEGIN").await?;
    let row = sqlx::query(AssertSqlSafe(user)).bind(new.uuid).bind(&new.name).bind(&new.name);
    let id: i64 = row.fetch_one(&mut *connection).await?.try_get(0)?;
    let device = sqlx::query(AssertSqlSafe(numbered(DEVICE))).bind(&new.device).bind(id);
    device.execute(&mut *connection).await?;
    let session = sqlx::query(AssertSqlSafe(numbered(SESSION))).bind(&new.session).bind(id);
    session.execute(&mut *connection).await?;
    connection.execute("COMMIT").await.map(drop)
}

async fn add_on_mysql(connection: &mut MySqlConnection, new: &Account) -> sqlx::Result<()> {
    connection.execute("BEGIN").await?;
    let row = sqlx::query(USER).bind(new.uuid).bind(&new.name).bind(&new.name);
    let id = row.execute(&mut *connection).await?.last_insert_id();
    sqlx::query(DEVICE).bind(&new.device).bind(id).execute(&mut *connection).await?;
    sqlx::query(SESSION).bind(&new.session).bind(id).execute(&mut *connection).await?;
    connection.execute("COMMIT").await.map(drop)
}

/// With `$1`, `$2`, .. for each `?`.
fn numbered(statement: &str) -> String {
    let mut parts = statement.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        let _ = write!(text, "${}{part}", number + 1);
    }
    text
}
