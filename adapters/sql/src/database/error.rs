use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;
use sqlx::mysql::MySqlDatabaseError;
use usher_ports::outbound::{Fault, StoreError};

use super::fault;

/// What the driver says.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A server's driver.
    #[error(transparent)]
    Server(sqlx::Error),
    /// The embedded engine.
    #[error(transparent)]
    Embedded(Arc<rusqlite::Error>),
}

/// What the repositories see of a failure.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A unique key forbids the row. Ends the transaction: PostgreSQL would not go on after it.
    #[error("a unique key forbids it")]
    Duplicate(#[source] Cause),
    /// Another transaction was in the way, and this one left nothing behind; it may be tried again.
    #[error("another transaction was in the way")]
    Contended(#[source] Cause),
    /// The database did not answer in time.
    #[error("the database did not answer in time")]
    Slow,
    /// The embedded engine's file is not the one that was opened.
    #[error("{0} was moved, deleted or replaced")]
    Moved(PathBuf),
    /// The last writes failed, so this one was not tried, or was lost with one that failed.
    #[error("the database fails at the moment")]
    Failing,
    /// More writes wait than are done while a client waits.
    #[error("too many writes wait for the database")]
    Overloaded,
    /// The program is ending.
    #[error("the database was closed")]
    Closed,
    /// Anything else.
    #[error(transparent)]
    Sql(Cause),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what no version of this program wrote.
    #[error("a row cannot be understood: {0}")]
    Corrupt(&'static str),
}

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

/// What a port answers.
pub(crate) type StoreResult<T> = std::result::Result<T, StoreError>;

/// Serialization failure (SQL standard) and deadlock (PostgreSQL); MySQL and MariaDB report a deadlock as the former.
const CONTENDED_STATES: [&str; 2] = ["40001", "40P01"];

/// Lock wait timeout, and MariaDB's "record has changed since last read", which have no state of their own.
const CONTENDED_NUMBERS: [u16; 2] = [1_205, 1_020];

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let Some(cause) = error.as_database_error() else { return Self::Sql(Cause::Server(error)) };
        let state = cause.code();
        let number = cause.try_downcast_ref().map(MySqlDatabaseError::number);
        if cause.is_unique_violation() {
            Self::Duplicate(Cause::Server(error))
        } else if state.as_ref().map(Cow::as_ref).is_some_and(|state| CONTENDED_STATES.contains(&state))
            || number.is_some_and(|number| CONTENDED_NUMBERS.contains(&number))
        {
            Self::Contended(Cause::Server(error))
        } else {
            Self::Sql(Cause::Server(error))
        }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        // A unique column and a primary key.
        const TAKEN: [i32; 2] = [2_067, 1_555];
        let taken = error.sqlite_error().is_some_and(|error| TAKEN.contains(&error.extended_code));
        let cause = Cause::Embedded(Arc::new(error));
        if taken { Self::Duplicate(cause) } else { Self::Sql(cause) }
    }
}

impl DatabaseError {
    /// What is wrong with the database, if that is why.
    pub(super) fn fault(&self) -> Option<Fault> {
        match self {
            Self::Slow => Some(fault::SLOW),
            Self::Moved(_) => Some(fault::MOVED),
            Self::Contended(Cause::Server(error)) | Self::Sql(Cause::Server(error)) => fault::of(error),
            Self::Contended(Cause::Embedded(error)) | Self::Sql(Cause::Embedded(error)) => {
                fault::of_embedded(error)
            }
            Self::Duplicate(_)
            | Self::Failing
            | Self::Overloaded
            | Self::Closed
            | Self::Migrate(_)
            | Self::Corrupt(_) => None,
        }
    }

    /// What the embedded engine says in one word.
    pub(super) fn sqlite_code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(Cause::Embedded(error)) => error.sqlite_error_code(),
            _ => None,
        }
    }

    /// The same for another who fails with this one.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Sql(Cause::Embedded(error)) => Self::Sql(Cause::Embedded(Arc::clone(error))),
            Self::Moved(path) => Self::Moved(path.clone()),
            Self::Closed => Self::Closed,
            _ => Self::Failing,
        }
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        if error.fault().is_some()
            || matches!(error, DatabaseError::Failing | DatabaseError::Overloaded | DatabaseError::Closed)
        {
            return Self::outage(error);
        }
        Self::new(error)
    }
}
