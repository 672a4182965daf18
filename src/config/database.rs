use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::{DisplayFromStr, Secret};

/// Where users and sessions are kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// `postgres://`, `mysql://` or `mariadb://`; empty for `SQLite` in the data directory.
    pub url: Secret,
    /// What a commit waits for.
    pub durability: DurabilityName,
    /// Connections at most.
    pub connections: u32,
    /// Prepared statements that a connection keeps.
    pub statements: usize,
    /// How long a call waits for the database.
    pub timeout: DisplayFromStr<Period>,
}

/// The kinds of databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// The embedded engine.
    Sqlite,
    /// A `PostgreSQL` server.
    Postgres,
    /// A `MySQL` or `MariaDB` server.
    MySql,
}

impl DatabaseSection {
    /// Which kind the URL names.
    pub fn kind(&self) -> Option<DatabaseKind> {
        match self.url.expose().split_once("://").map(|(scheme, _)| scheme) {
            None if self.url.is_empty() => Some(DatabaseKind::Sqlite),
            Some("postgres" | "postgresql") => Some(DatabaseKind::Postgres),
            Some("mysql" | "mariadb") => Some(DatabaseKind::MySql),
            _ => None,
        }
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        let wrong = "database.url begins with postgres://, mysql:// or mariadb://, or is empty for SQLite in data_dir";
        self.kind().map(drop).ok_or_else(|| wrong.to_owned())
    }
}

/// What has to happen for an acknowledged write to be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DurabilityName {
    /// A broken disk.
    Full,
    /// A power cut.
    Relaxed,
}
