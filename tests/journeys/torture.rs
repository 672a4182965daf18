//! The short form of `scripts/torture`: three kills, one seed.

use std::time::Duration;

use usher_torture::{Backend, Options, run};

async fn three_kills(backend: Backend) {
    let options = Options {
        program: env!("CARGO_BIN_EXE_usher").into(),
        backend,
        kills: 3,
        duration: Duration::from_secs(10),
        seed: 8,
        clients: 6,
    };
    let report = run(&options).await.expect("a verdict");
    assert!(report.violations.is_empty(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_its_promises_through_three_kills() {
    three_kills(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_and_redis_keep_theirs() {
    three_kills(Backend::Postgres).await;
}
