//! A change that ends sessions, however its transaction, the wires and the clocks behave: real servers, two nodes, and
//! schedules drawn by chance.
//!
//! A seed is a schedule: when the user's row and the audit log are locked and for how long, which wires are cut or slow,
//! which node changes what and whether it dies of it, when a user logs in, when the rounds of the nodes run, and when
//! Redis goes back to an earlier state. When all that is over, one round of one node is due: what README promises within a
//! second. From then on no session of an earlier epoch is accepted on either node.
//!
//! `USHER_TEST_REVOCATION_SEED` names a single seed, as a failure prints it.

mod change;
mod dice;
mod full;
mod person;
mod schedule;
mod snapshot;
mod world;

use std::io::Write as _;
use std::sync::Arc;

use crate::support::engines::{MARIADB, POSTGRES, REDIS, RedisServer, SqlServer};
use schedule::{Outcome, Schedule};
use world::World;

/// How many worlds there are at once: each waits most of the time.
const WORLDS: u64 = 8;

async fn play(sql: &'static SqlServer, redis: &'static RedisServer, schedules: u64) {
    let named = std::env::var("USHER_TEST_REVOCATION_SEED").ok().map(|seed| seed.parse().expect("a number"));
    let seeds: Vec<u64> = named.map_or_else(|| (0..schedules).collect(), |seed| vec![seed]);
    let worlds = WORLDS.min(seeds.len() as u64);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..worlds {
        let own: Vec<u64> = seeds.iter().copied().filter(|seed| seed % worlds == number % worlds).collect();
        let world = move || async move {
            let world = Arc::new(World::on(sql, redis).await);
            let mut total = Outcome::default();
            for seed in own {
                total += Schedule::drawn(seed).play(&world).await;
            }
            total
        };
        // Each on a thread of its own, so that none is late because another one works.
        tasks.spawn_blocking(move || tokio::runtime::Handle::current().block_on(world()));
    }
    let mut total = Outcome::default();
    while let Some(outcome) = tasks.join_next().await {
        total += outcome.expect("a world without a schedule that fails");
    }
    let said = format!("{} schedules on {} and {}: {total:?}\n", seeds.len(), sql.name(), redis.name());
    // Not through println, which the test harness captures.
    std::io::stderr().write_all(said.as_bytes()).expect("a place to say it");
    if named.is_none() {
        let share = |part: usize, whole: usize| part * 100 / whole.max(1);
        assert!(share(total.committed, total.changes) > 10, "{total:?}");
        assert!(total.logged_in > 0 && total.went_back > 0 && total.unanswered > 0, "{total:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedules_on_postgres_and_redis() {
    play(&POSTGRES, &REDIS, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schedules_on_mariadb_and_redis() {
    play(&MARIADB, &REDIS, 40).await;
}

/// The row is locked, then the audit log, and the connection to Redis is cut when the change commits, longer after its
/// decision than was allowed for when this was found.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_commits_late_is_settled() {
    let world = Arc::new(World::on(&POSTGRES, &REDIS).await);
    for _ in 0..10 {
        // On a busy machine a lock may be waited for too long.
        if Schedule::as_it_was_found().play(&world).await.committed == 1 {
            return;
        }
    }
    panic!("it never committed");
}
