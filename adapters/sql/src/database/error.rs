use std::borrow::Cow;
use std::path::PathBuf;

use sqlx::mysql::MySqlDatabaseError;
use usher_ports::outbound::{Fault, StoreError};

use super::fault;

/// What the repositories see of a failure.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A unique key forbids the row. Ends the transaction: PostgreSQL would not go on after it.
    #[error("a unique key forbids it")]
    Duplicate(#[source] sqlx::Error),
    /// Another transaction was in the way, and this one left nothing behind; it may be tried again.
    #[error("another transaction was in the way")]
    Contended(#[source] sqlx::Error),
    /// The database did not answer in time.
    #[error("the database did not answer in time")]
    Slow,
    /// The embedded engine's file is not the one that was opened.
    #[error("{0} was moved, deleted or replaced")]
    Moved(PathBuf),
    /// The last writes failed, so this one was not tried.
    #[error("the database fails at the moment")]
    Failing,
    /// Anything else.
    #[error(transparent)]
    Sql(sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds what no version of this program wrote.
    #[error("a row cannot be understood: {0}")]
    Corrupt(&'static str),
}

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

/// Serialization failure (SQL standard) and deadlock (PostgreSQL); MySQL and MariaDB report a deadlock as the former.
const CONTENDED_STATES: [&str; 2] = ["40001", "40P01"];

/// Lock wait timeout, and MariaDB's "record has changed since last read", which have no state of their own.
const CONTENDED_NUMBERS: [u16; 2] = [1_205, 1_020];

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let Some(cause) = error.as_database_error() else { return Self::Sql(error) };
        let state = cause.code();
        let number = cause.try_downcast_ref().map(MySqlDatabaseError::number);
        if cause.is_unique_violation() {
            Self::Duplicate(error)
        } else if state.as_ref().map(Cow::as_ref).is_some_and(|state| CONTENDED_STATES.contains(&state))
            || number.is_some_and(|number| CONTENDED_NUMBERS.contains(&number))
        {
            Self::Contended(error)
        } else {
            Self::Sql(error)
        }
    }
}

impl DatabaseError {
    /// What is wrong with the database, if that is why.
    pub(super) fn fault(&self) -> Option<Fault> {
        match self {
            Self::Slow => Some(fault::SLOW),
            Self::Moved(_) => Some(fault::MOVED),
            Self::Contended(error) | Self::Sql(error) => fault::of(error),
            Self::Duplicate(_) | Self::Failing | Self::Migrate(_) | Self::Corrupt(_) => None,
        }
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        if error.fault().is_some() || matches!(error, DatabaseError::Failing) {
            return Self::outage(error);
        }
        Self::new(error)
    }
}
