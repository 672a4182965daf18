//! What a session check costs over Redis, measured: `USHER_REDIS__URL=redis://127.0.0.1:6379 cargo bench --bench sessions`.
//!
//! The way that Usher goes, which is to remember what the server said until it says otherwise, beside the two that it does
//! not go: a connection out of a pool, and one connection that all share.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool_redis::redis::aio::ConnectionLike;
use deadpool_redis::redis::{Client, cmd};
use deadpool_redis::{Config, Runtime};
use usher_domain::{Epoch, Role, Session, SessionId, SessionSecret, Timestamp, UserId};
use usher_ports::outbound::{Clock as _, SessionStore as _};
use usher_redis::{Redis, RedisOptions, RedisSessions};

const TASKS: u64 = 64;
const FOR: Duration = Duration::from_secs(3);
const PREFIX: &str = "usher_bench:";

/// Repeats a look by many tasks at once, and prints how many there were in a second.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    what: &str,
    look: impl Fn(u64) -> F + Clone + Send + 'static,
) {
    let (done, begun) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let running: Vec<_> = (0..TASKS)
        .map(|task| {
            let (look, done) = (look.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut number = task;
                while begun.elapsed() < FOR {
                    // The clock is read once for 16, and then other tasks run.
                    for _ in 0..16 {
                        look(number).await;
                        number += TASKS;
                    }
                    done.fetch_add(16, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for task in running {
        task.await.expect("no panic");
    }
    println!("{what:<52} {:>9.0}/s", done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64());
}

fn session(number: u64) -> Session {
    let mut secret = [0; 32];
    secret[..8].copy_from_slice(&number.to_be_bytes());
    let now = usher::system::SystemClock.now();
    Session {
        id: SessionSecret::new(secret).id(),
        user: UserId(number.cast_signed()),
        role: Role::User,
        epoch: Epoch(0),
        started_at: now,
        seen_at: now,
        expires_at: Timestamp::from_millis(now.as_millis() + 60_000),
        origin: None,
    }
}

/// Asks the server for a session.
async fn ask(connection: &mut impl ConnectionLike, known: &[(UserId, SessionId)], number: u64) {
    let (user, id) = known[index(number) % known.len()];
    let key = format!("{PREFIX}session:{{{user}}}:{}", hex::encode(id.as_bytes()));
    let value: Option<String> = cmd("GET").arg(key).query_async(connection).await.expect("an answer");
    assert!(value.is_some());
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this, too; there is nothing to check, only to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let url = std::env::var("USHER_REDIS__URL").expect("USHER_REDIS__URL names a Redis server");
    let options = RedisOptions {
        urls: vec![url.clone()],
        cluster: false,
        prefix: PREFIX.to_owned(),
        connections: 16,
        timeout: Duration::from_secs(2),
    };
    let store =
        Arc::new(RedisSessions::open(Redis::new(&options).expect("a URL"), &options).await.expect("a URL"));
    let known: Arc<[(UserId, SessionId)]> = (0..10_000).map(session).map(|it| (it.user, it.id)).collect();
    for number in 0..10_000 {
        store.start(&session(number), NonZeroU32::MIN).await.expect("a start");
    }
    println!("{TASKS} tasks, {} sessions", known.len());

    let pool = Config::from_url(url.as_str()).create_pool(Some(Runtime::Tokio1)).expect("a pool");
    let all = Arc::clone(&known);
    measure("asked for through a pool", move |number| {
        let (pool, all) = (pool.clone(), Arc::clone(&all));
        async move {
            let mut connection = pool.get().await.expect("a connection");
            ask(&mut connection, &all, number).await;
        }
    })
    .await;

    let client = Client::open(url.as_str()).expect("a URL");
    let connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let all = Arc::clone(&known);
    measure("asked for over one connection", move |number| {
        let (mut connection, all) = (connection.clone(), Arc::clone(&all));
        async move {
            ask(&mut connection, &all, number).await;
        }
    })
    .await;

    measure("remembered until the server says otherwise", move |number| {
        let (store, known) = (Arc::clone(&store), Arc::clone(&known));
        async move {
            let (user, id) = known[index(number) % known.len()];
            assert!(store.find(user, id).await.expect("an answer").is_some());
        }
    })
    .await;
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("it fits")
}
