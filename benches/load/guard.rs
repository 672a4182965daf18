//! Whether Usher is still as close to its limits as it was: some seconds, on SQLite alone.

use std::process::ExitCode;
use std::time::Duration;

use usher_bench::{Backend, Figures, Installation};

use crate::operations::{Operations, Scene};
use crate::{CLIENTS, PROGRAM, directory, limits};

/// What each operation reaches of its limit at least. A third below what docs/performance.md has, because a busy machine
/// disturbs one side of a ratio more than the other.
const FIRST_LAUNCH: f64 = 2.0;
const RESUME: f64 = 2.0;
const CHECK: f64 = 0.12;

pub(crate) async fn run(time: Duration) -> ExitCode {
    let backend = Backend::of("sqlite").await.expect("SQLite is always there");
    let data = directory();
    let bare = limits::bare_handler(CLIENTS, time).await;
    let rows = limits::rows(&backend, time).await;
    let scene = Scene::new(Installation::new(PROGRAM, data.path(), &backend.settings)).await;
    let operations = Operations { scene: &scene, clients: CLIENTS, time };
    let checks = [
        check("first launch / rows alone", &operations.first_launch().await, &rows, FIRST_LAUNCH),
        check("resume / rows alone", &operations.resume().await, &rows, RESUME),
        check("session check / bare salvo handler", &operations.search_nobody().await, &bare, CHECK),
    ];
    if checks.into_iter().all(|held| held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(what: &str, figures: &Figures, limit: &Figures, least: f64) -> bool {
    let ratio = figures.rate() / limit.rate();
    let held = ratio >= least && figures.failed == 0;
    let verdict = if held { "ok" } else { "TOO LITTLE" };
    println!("{what:<34} {ratio:>6.2}, at least {least:.2}: {verdict:<12} {figures}");
    held
}
