//! `scripts/torture`: runs it on every backend and prints the table.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of the command line")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use usher_torture::{Backend, Options, run, table};

/// Kills Usher, its database and its Redis under load, and checks that every acknowledged write survives.
#[derive(Debug, Parser)]
struct Arguments {
    /// The program under test; by default what `USHER_TORTURE_BINARY` names, or target/release/usher
    #[arg(long)]
    program: Option<PathBuf>,
    /// How long the load lasts on each backend
    #[arg(long, default_value_t = 5.0, value_parser = minutes)]
    minutes: f64,
    /// On what; all of them, if it is not given
    #[arg(long, value_enum)]
    backend: Vec<Name>,
    /// How often something is killed on each; 100 times on SQLite and 20 times elsewhere, if it is not given
    #[arg(long)]
    kills: Option<usize>,
    /// Where the draws begin; a new one, if it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// How many clients call at the same time
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=64))]
    clients: u32,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    Sqlite,
    Postgres,
    Mariadb,
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().map_err(|_| "that is not a number")?;
    if (0.1..=240.0).contains(&minutes) { Ok(minutes) } else { Err("from 0.1 to 240".to_owned()) }
}

async fn told_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let names = if arguments.backend.is_empty() {
        vec![Name::Sqlite, Name::Postgres, Name::Mariadb]
    } else {
        arguments.backend.clone()
    };
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let program =
        arguments.program.clone().or_else(|| std::env::var_os("USHER_TORTURE_BINARY").map(Into::into));
    let program = program.unwrap_or_else(|| "target/release/usher".into());
    // The installation has a directory of its own, from where a relative path would lead elsewhere.
    let Ok(program) = program.canonicalize() else {
        eprintln!("{} is not there; scripts/torture builds it", program.display());
        return ExitCode::FAILURE;
    };
    let mut reports = Vec::new();
    for name in names {
        let (backend, kills) = match name {
            Name::Sqlite => (Backend::Sqlite, 100),
            Name::Postgres => (Backend::Postgres, 20),
            Name::Mariadb => (Backend::Mariadb, 20),
        };
        let options = Options {
            program: program.clone(),
            backend,
            kills: arguments.kills.unwrap_or(kills),
            duration: Duration::from_secs_f64(arguments.minutes * 60.0),
            seed,
            clients: arguments.clients,
            containers: "usher-torture",
            progress: |what| eprintln!("  {what}"),
        };
        eprintln!("{}: {} kills in {:?}, seed {seed}", backend.title(), options.kills, options.duration);
        // What is told to stop still removes its containers.
        let outcome = tokio::select! {
            outcome = run(&options) => outcome,
            () = told_to_stop() => return ExitCode::FAILURE,
        };
        match outcome {
            Ok(report) => {
                println!("{report}");
                reports.push(report);
            }
            Err(failure) => {
                eprintln!("{}, seed {seed}: NO VERDICT: {failure}", backend.title());
                return ExitCode::FAILURE;
            }
        }
    }
    if reports.len() > 1 {
        println!("{}", table(&reports));
    }
    let right = reports.iter().all(|report| report.violations.is_empty());
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
