//! Whether an operation takes as long with many users as with few: `cargo bench --bench scale`.
//!
//! Fills an installation with `usher demo`, step by step, and measures one client at each step, so that an operation has
//! the machine to itself. Behind `--`: numbers of users (10,000 and a million, if none are given), and `sqlite` or
//! `postgres` for one of them alone. Ten million users take some 10 GB of disk.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

mod operations;
mod storage;

use std::collections::BTreeMap;
use std::time::Duration;

use usher_bench::{Backend, Figures, Installation};

use operations::Scene;

const PROGRAM: &str = env!("CARGO_BIN_EXE_usher");

/// How long each operation is repeated.
const TIME: Duration = Duration::from_secs(3);

/// What an operation took with the fewest users, in milliseconds: half of the calls, and 99 of 100.
type Smallest = BTreeMap<String, (f64, f64)>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs this, too; there is nothing to check, only to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let mut sizes: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 1_000_000];
    }
    sizes.sort_unstable();
    let backends = ["sqlite", "postgres"];
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let one_is_asked = backends.into_iter().any(asked);
    for name in backends.into_iter().filter(|name| !one_is_asked || asked(name)) {
        match Backend::of(name).await {
            Some(backend) => {
                measure(&backend, &sizes).await;
                backend.discard().await;
            }
            None => println!("\n{name}: no such server runs here, or no Redis"),
        }
    }
}

async fn measure(backend: &Backend, sizes: &[u32]) {
    let data = tempfile::tempdir_in(".").expect("a directory on the disk");
    let installation = Installation::new(PROGRAM, data.path(), &backend.settings);
    let (mut users, mut smallest) = (0, Smallest::new());
    for &size in sizes {
        let more = size.saturating_sub(users);
        let took = installation.run(&["demo", "--users", &more.to_string()], "").as_secs_f64();
        users = size;
        println!("\n{}, {size} users", backend.name);
        println!("{:<34} {:>9.0}/s", "users added by `usher demo`", f64::from(more) / took);
        storage::settle(backend).await;
        let scene = Scene::new(&installation, backend, size).await;
        for (what, figures) in scene.measure(TIME).await {
            print(&what, &figures, &mut smallest);
        }
        println!("{:<34} {:>9.1} MiB", "memory of the server", scene.memory());
        drop(scene);
        storage::print(backend, &installation.data, size).await;
    }
}

fn print(what: &str, figures: &Figures, smallest: &mut Smallest) {
    let (p50, p99) = (figures.within(0.5), figures.within(0.99));
    let (first50, first99) = *smallest.entry(what.to_owned()).or_insert((p50, p99));
    let (more50, more99) = (p50 / first50, p99 / first99);
    let failed = if figures.failed > 0 { format!("  FAILED: {}", figures.failed) } else { String::new() };
    println!(
        "{what:<34} p50 {p50:>8.2} ms  p99 {p99:>8.2} ms  to the fewest users: {more50:>5.2} and {more99:>5.2}{failed}"
    );
}
