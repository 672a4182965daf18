//! Ten times as many clients: no client waits for long, and throughput stays.

use std::time::Duration;

use usher_bench::{Figures, Installation};

use crate::operations::{Operations, Scene};
use crate::{CLIENTS, PROGRAM, directory};

/// Within how many milliseconds a call has to be refused that is refused.
const REFUSED_WITHIN: f64 = 100.0;

pub(crate) async fn run(time: Duration) {
    println!("\noverload, SQLite, durable");
    let data = directory();
    let scene = Scene::new(Installation::new(PROGRAM, data.path(), &[])).await;
    let few = Operations { scene: &scene, clients: CLIENTS, time };
    let many = Operations { scene: &scene, clients: CLIENTS * 10, time };
    print("first launch", &few.first_launch().await, &many.first_launch().await);
    print("resume", &few.resume().await, &many.resume().await);
    print("session check, search finds nobody", &few.search_nobody().await, &many.search_nobody().await);
    let (now, _) = scene.server.memory();
    println!("{:<40} {now:>8.1} MiB", "memory after that");
    let log_in = few.log_in().await;
    let (storm, health) = tokio::join!(many.log_in(), many.probe());
    print("login", &log_in, &storm);
    println!("{:<40} {health}", "healthz meanwhile, asked now and then");
    let (now, most) = scene.server.memory();
    println!("{:<40} {now:>8.1} MiB, {most:.1} at most", "memory after that");
}

fn print(what: &str, few: &Figures, many: &Figures) {
    println!("{:<40} {few}", format!("{what}, {CLIENTS} clients"));
    println!("{:<40} {many}", format!("{what}, {} clients", CLIENTS * 10));
    let late = many.refused.iter().filter(|took| took.as_secs_f64() * 1e3 > REFUSED_WITHIN).count();
    println!(
        "{:<40} {:>8.2}  refused: {}, 99 % within {:.0} ms, {late} later than {REFUSED_WITHIN} ms, {} without \
         Retry-After",
        "  of the throughput",
        many.rate() / few.rate(),
        many.refused.len(),
        many.refused_within(0.99),
        many.without_retry_after,
    );
}
