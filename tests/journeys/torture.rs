//! The short form of `scripts/torture`: three kills, one seed. And what it says of a program that lies.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use usher_torture::{Backend, Options, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_usher");

fn options(program: &Path, backend: Backend) -> Options {
    let duration = Duration::from_secs(6);
    let program = program.to_owned();
    Options {
        program,
        backend,
        kills: 3,
        duration,
        seed: 8,
        clients: 6,
        containers: "usher-test-torture",
        progress: |_| {},
    }
}

async fn three_kills(backend: Backend) {
    let report = run(&options(Path::new(PROGRAM), backend)).await.expect("a verdict");
    assert!(report.violations.is_empty(), "{report}");
}

/// Runs it on a program that first does what a shell is told.
async fn found(lie: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory");
    let liar = directory.path().join("usher");
    std::fs::write(&liar, format!("#!/bin/sh\n{lie}\nexec {PROGRAM} \"$@\"\n")).expect("a file");
    std::fs::set_permissions(&liar, std::fs::Permissions::from_mode(0o700)).expect("rights");
    run(&options(&liar, Backend::Sqlite)).await.expect("a verdict").violations
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disable_that_is_acknowledged_and_not_done_is_found() {
    let violations = found("[ \"$1 $2\" = 'user disable' ] && exit 0").await;
    let served = |violation: &String| violation.contains("after it ended: Disabled");
    assert!(violations.iter().any(served), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_that_a_restart_loses_are_found() {
    // Each start is on another directory.
    let lie = "[ \"$1\" = serve ] && echo live-$$ > live\n[ -e live ] && export USHER_DATA_DIR=$(cat live)";
    let violations = found(lie).await;
    let lost = |violation: &String| violation.contains("a session that nothing ended is refused");
    assert!(violations.iter().any(lost), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_its_promises_through_three_kills() {
    three_kills(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_and_redis_keep_theirs() {
    three_kills(Backend::Postgres).await;
}
