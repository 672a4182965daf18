//! The `usher` program.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use mimalloc::MiMalloc;
use tokio::runtime::Runtime;

/// A request allocates some two hundred times; docs/performance.md has what this allocator saves.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long what still runs in the background may keep the process from ending.
const LAST: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = usher::cli::Cli::parse();
    match Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(usher::cli::run(cli));
            runtime.shutdown_timeout(LAST);
            code
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "usher: {error}");
            ExitCode::FAILURE
        }
    }
}
