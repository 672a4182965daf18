//! Kills Usher under load and checks what it promised.
//!
//! Clients call the real program over loopback and keep a ledger of every acknowledged write. Meanwhile the nodes, their
//! database and their Redis are killed and paused at random moments, drawn from a seed. Each answer is judged as it
//! arrives, and every account of the ledger is looked up at the end. Nothing here knows Usher from inside: what the
//! program, its command line and its containers show is all there is.

mod actor;
mod calls;
mod chaos;
mod dead;
mod engines;
mod faults;
mod ledger;
mod report;
mod rules;
mod run;
mod servers;
mod verdict;

use std::path::PathBuf;
use std::time::Duration;

pub use report::{Report, table};
pub use run::run;

/// What Usher runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One node on SQLite.
    Sqlite,
    /// Two nodes over PostgreSQL and Redis.
    Postgres,
    /// Two nodes over MariaDB and Redis.
    Mariadb,
}

impl Backend {
    /// What the table calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL + Redis",
            Self::Mariadb => "MariaDB + Redis",
        }
    }

    const fn nodes(self) -> usize {
        match self {
            Self::Sqlite => 1,
            Self::Postgres | Self::Mariadb => 2,
        }
    }

    /// How long after an acknowledged disable a call may still be served. README ("How sessions end"): on one
    /// node the very next call is refused; on many nodes a node that cannot hear Redis believes what it remembers for
    /// 2 s, and what a dead node left undone another one does within 1 s. Two seconds more are for a machine that
    /// compiles or serves other work meanwhile.
    const fn bound(self) -> Duration {
        match self {
            Self::Sqlite => Duration::ZERO,
            Self::Postgres | Self::Mariadb => Duration::from_secs(5),
        }
    }
}

/// One run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program under test.
    pub program: PathBuf,
    /// What it runs on.
    pub backend: Backend,
    /// How often something is killed.
    pub kills: usize,
    /// How long the load lasts. The kills are spread over the first four fifths.
    pub duration: Duration,
    /// Where the draws begin.
    pub seed: u64,
    /// How many clients call at the same time.
    pub clients: u32,
    /// What the names of its containers begin with. `scripts/engines stop` removes those of `usher-test`.
    pub containers: &'static str,
    /// Who is told what is done, as it is done.
    pub progress: fn(&str),
}

/// Why there is no verdict.
#[derive(Debug)]
pub struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

type Outcome<T> = Result<T, Failure>;

/// A failure of something outside, with what was tried.
fn failed(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure(format!("{what}: {error}"))
}

/// A lock that a panicking holder does not spoil: what it guards are lists of what happened.
fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
