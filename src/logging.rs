use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{LogFormat, LogSection};

/// Starts logging, to standard error: what a command answers is on standard output, alone.
///
/// # Errors
/// When the filter cannot be read.
pub(crate) fn start(section: &LogSection) -> Result<(), String> {
    let filter = EnvFilter::try_new(&section.filter).map_err(|error| format!("log.filter: {error}"))?;
    let pretty = match section.format {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start, as in tests, keeps the first.
    let _ = if pretty { lines.try_init() } else { lines.json().flatten_event(true).try_init() };
    Ok(())
}
