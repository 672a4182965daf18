//! What an engine must be told in its own words. So far that is one thing: how it finds a substring by an index.
//! `docs/decisions/0005` has what was measured.

mod mysql;
mod postgres;
mod sqlite;

use sea_query::{DeleteStatement, InsertStatement, SelectStatement};
use usher_domain::{Keyword, UserId, UsernameKey};

/// Whose words a statement needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
    /// `MySQL` and `MariaDB`.
    MySql,
}

impl Dialect {
    /// A statement that yields registered users whose key contains the keyword, each once, in no promised order.
    /// Columns, further conditions and the limit are the caller's.
    pub(crate) fn users_whose_key_contains(self, keyword: &Keyword) -> SelectStatement {
        match self {
            Self::Sqlite => sqlite::users_whose_key_contains(keyword),
            Self::Postgres => postgres::users_whose_key_contains(keyword),
            Self::MySql => mysql::users_whose_key_contains(keyword),
        }
    }

    /// What a whole number is cast to: sums are of another type in each engine.
    pub(crate) const fn integer(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER",
            Self::Postgres => "BIGINT",
            Self::MySql => "SIGNED",
        }
    }

    /// What has to be taken away before somebody's name is indexed anew, where the engine does not do it by itself.
    pub(crate) fn forget_username(self, user: UserId) -> Option<DeleteStatement> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => Some(mysql::forget_username(user)),
        }
    }

    /// What has to be written for a registered user to be found, where the engine does not do it by itself.
    pub(crate) fn index_username(self, user: UserId, key: &UsernameKey) -> Option<InsertStatement> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => Some(mysql::index_username(user, key)),
        }
    }
}
