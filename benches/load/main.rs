//! Usher beside the limits of what it stands on, on this machine: `cargo bench --bench load`.
//!
//! A bare salvo handler, the databases themselves and the release build of Usher are called in turn, by 64 clients on a
//! thread of this process, so the clients share the machine with what they measure. Figures do not carry from one machine
//! to another; ratios of one run do. Behind `--`: `sqlite`, `relaxed`, `postgres`, `mysql`, `mariadb` choose what Usher
//! stands on, `overload` calls with ten times as many clients, `guard` checks ratios within seconds, and a number is how
//! many seconds each load takes. Servers are those that the tests started, or that `USHER_TEST_POSTGRES_URL` names.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

mod guard;
mod limits;
mod operations;
mod overload;

use std::process::ExitCode;
use std::time::Duration;

use usher_bench::{Backend, Figures, Installation};

use operations::{Operations, Scene};

const PROGRAM: &str = env!("CARGO_BIN_EXE_usher");

/// How many clients there are.
const CLIENTS: usize = 64;

const BACKENDS: [&str; 5] = ["sqlite", "relaxed", "postgres", "mariadb", "mysql"];

/// What the same machine does without Usher.
struct Limits {
    /// A handler of salvo with the answer of a search that finds nobody.
    bare: Figures,
    /// The rows of a first launch, in the database alone.
    rows: Figures,
    /// Argon2id.
    hashes: Figures,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == limits::SERVE) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(limits::serve());
        return ExitCode::SUCCESS;
    }
    // One thread for the clients.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &[String]) -> ExitCode {
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    // `cargo test --benches` runs this, too; there is nothing to check, only to measure.
    if !asked("--bench") {
        return ExitCode::SUCCESS;
    }
    let seconds = arguments.iter().find_map(|argument| argument.parse().ok());
    if asked("guard") {
        return guard::run(Duration::from_secs(seconds.unwrap_or(1))).await;
    }
    let time = Duration::from_secs(seconds.unwrap_or(5));
    let chosen: Vec<&str> = BACKENDS.into_iter().filter(|name| asked(name)).collect();
    let all = chosen.is_empty() && !asked("overload");
    if all {
        start().await;
    }
    for name in if all { BACKENDS.to_vec() } else { chosen } {
        let Some(backend) = Backend::of(name).await else {
            println!("\n{name}: no such server runs here, or no Redis");
            continue;
        };
        measure(&backend, time).await;
        backend.discard().await;
    }
    if all || asked("overload") {
        overload::run(time).await;
    }
    ExitCode::SUCCESS
}

/// How large the program is, how quickly it starts and what it takes when it is idle.
async fn start() {
    let size = std::fs::metadata(PROGRAM).expect("the program").len();
    println!("{:<46} {:>8.1} MB", "size of the program", size as f64 / 1e6);
    let data = directory();
    let installation = Installation::new(PROGRAM, data.path(), &[]);
    for what in ["first start, until ready", "start, until ready"] {
        let server = installation.serve().await;
        println!("{what:<46} {:>8.0} ms", server.started_in.as_secs_f64() * 1e3);
    }
    let server = installation.serve().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("{:<46} {:>8.1} MiB", "memory when idle", server.memory().0);
}

/// On the disk that the project is on: a temporary directory may be memory.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(".").expect("a directory on the disk")
}

/// Usher over one backend, beside its limits.
async fn measure(backend: &Backend, time: Duration) {
    println!("\n{}, {CLIENTS} clients", backend.name);
    let limits = limits(backend, time).await;
    let data = directory();
    let scene = Scene::new(Installation::new(PROGRAM, data.path(), &backend.settings)).await;
    let operations = Operations { scene: &scene, clients: CLIENTS, time };
    let launch = operations.first_launch().await;
    print("first launch", &launch, "rows alone", &limits.rows);
    let resume = operations.resume().await;
    print("resume", &resume, "rows alone", &limits.rows);
    println!("{:<40} {:>8.2}", "resume / first launch", resume.rate() / launch.rate());
    print(
        "session check, search finds nobody",
        &operations.search_nobody().await,
        "bare salvo handler",
        &limits.bare,
    );
    print(
        "session check, search with 49 hits",
        &operations.search_many().await,
        "bare salvo handler",
        &limits.bare,
    );
    print("login", &operations.log_in().await, "Argon2id", &limits.hashes);
    print("healthz", &operations.healthz().await, "bare salvo handler", &limits.bare);
    println!("{:<40} {:>8.1} MiB", "memory afterwards", scene.server.memory().0);
}

async fn limits(backend: &Backend, time: Duration) -> Limits {
    let bare = limits::bare_handler(CLIENTS, time).await;
    println!("{:<40} {bare}", "limit: bare salvo handler");
    let rows = limits::rows(backend, time).await;
    println!("{:<40} {rows}", "limit: rows of a launch, a commit each");
    let hashes = limits::hashes(time);
    println!("{:<40} {hashes}", "limit: Argon2id");
    Limits { bare, rows, hashes }
}

fn print(what: &str, figures: &Figures, beside: &str, limit: &Figures) {
    println!("{what:<40} {figures}  {:>5.2} of {beside}", figures.rate() / limit.rate());
}
