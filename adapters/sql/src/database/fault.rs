//! Which errors are no matter of the call that meets them.

use std::time::Duration;

use sqlx::error::DatabaseError as DriverError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;
use usher_ports::outbound::{Fault, Severity};

const FULL: Fault = Fault::lasting(
    "the disk is full",
    "Free space on the file system of the database; writes then work again without a restart, reads go on.",
);
const READ_ONLY: Fault = Fault::lasting(
    "it is read-only",
    "Make the file and its file system writable (SQLite), or name the primary server in database.url; writes then work \
     again without a restart, reads go on.",
);
const BROKEN: Fault = Fault::lasting(
    "the disk answers with an I/O error",
    "Look into the kernel's log and check the disk, its quota and the process's file size limit; Usher tries again by \
     itself.",
);
pub(super) const MOVED: Fault = Fault::lasting(
    "its file was moved, deleted or replaced while Usher runs",
    "Nothing more is written, because it would be lost. Put the same file back; or stop Usher (SIGTERM), restore a \
     backup and start it again.",
);
const CORRUPT: Fault = Fault {
    name: "a page of its file is damaged",
    advice: "Calls that need the page fail, all others go on. Stop Usher, run `sqlite3 usher.db 'PRAGMA integrity_check'` \
             and restore a backup.",
    severity: Severity::Passing,
    // What reads the page fails for as long as the page is damaged, and a probe does not read it.
    quiet: Duration::from_mins(10),
};
const MEMORY: Fault =
    Fault::passing("it is out of memory", "Give the machine more memory, or lower database.connections.");
const LOCKED: Fault = Fault::passing(
    "another process holds its lock",
    "Look for a process that has usher.db open (`fuser usher.db`) and end it; writes then work again, reads go on.",
);
const UNOPENED: Fault = Fault::lasting(
    "its file cannot be opened",
    "Check the data directory, its rights and the limit of open files; Usher tries again by itself.",
);
pub(super) const SLOW: Fault = Fault::vague(
    "it does not answer in time",
    "Check its load, its locks and the network; Usher tries again by itself.",
);
const BUSY: Fault = Fault::passing(
    "it takes no more connections",
    "Raise the server's connection limit, or lower database.connections.",
);

/// What is wrong with the database, if that is why the statement failed.
pub(super) fn of(error: &sqlx::Error) -> Option<Fault> {
    match error {
        sqlx::Error::Database(cause) => of_driver(&**cause),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            Some(Fault::AWAY)
        }
        _ => None,
    }
}

/// The same of the embedded engine.
pub(super) fn of_embedded(error: &rusqlite::Error) -> Option<Fault> {
    of_sqlite(error.sqlite_error()?.extended_code)
}

fn of_driver(cause: &dyn DriverError) -> Option<Fault> {
    if let Some(error) = cause.try_downcast_ref::<PgDatabaseError>() {
        return of_postgres(error.code());
    }
    cause.try_downcast_ref::<MySqlDatabaseError>().and_then(|error| of_mysql(error.number()))
}

/// By the primary code, which is the low byte of the extended one (<https://www.sqlite.org/rescode.html>).
const fn of_sqlite(extended: i32) -> Option<Fault> {
    const DATABASE_MOVED: i32 = 8 | (4 << 8);
    match (extended, extended & 0xff) {
        (DATABASE_MOVED, _) => Some(MOVED),
        (_, 5 | 6 | 15) => Some(LOCKED),
        (_, 7) => Some(MEMORY),
        (_, 8) => Some(READ_ONLY),
        (_, 10) => Some(BROKEN),
        (_, 11 | 26) => Some(CORRUPT),
        (_, 13) => Some(FULL),
        (_, 14) => Some(UNOPENED),
        _ => None,
    }
}

/// By the SQLSTATE (<https://www.postgresql.org/docs/17/errcodes-appendix.html>).
fn of_postgres(state: &str) -> Option<Fault> {
    match state {
        "25006" => Some(READ_ONLY),
        "53100" => Some(FULL),
        "53200" => Some(MEMORY),
        "53300" => Some(BUSY),
        "55P03" | "57014" => Some(SLOW),
        "58030" => Some(BROKEN),
        _ if state.starts_with("57P") || state.starts_with("08") => Some(Fault::AWAY),
        _ => None,
    }
}

/// By the number, which MySQL and MariaDB share for these.
const fn of_mysql(number: u16) -> Option<Fault> {
    match number {
        1_021 | 1_114 => Some(FULL),
        1_037 | 1_038 | 1_041 => Some(MEMORY),
        1_040 | 1_203 => Some(BUSY),
        // Read-only by option, by mode, by transaction.
        1_290 | 1_836 | 1_792 => Some(READ_ONLY),
        // Cut off after its time: MySQL, MariaDB.
        3_024 | 1_969 => Some(SLOW),
        // Shutting down; Galera without a quorum.
        1_053 | 1_047 | 1_927 => Some(Fault::AWAY),
        _ => None,
    }
}
