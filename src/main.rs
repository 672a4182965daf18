//! The `usher` program.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    usher::cli::run(usher::cli::Cli::parse()).await
}
