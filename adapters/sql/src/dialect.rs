//! The differences between the engines: how one finds a substring by an index (`docs/decisions/0005`), writes several
//! tables in one round trip (`docs/decisions/0018`), keeps the newest rows of many, and what it casts whole numbers to.

mod mysql;
mod postgres;
mod raw_statement;
mod sqlite;

use std::num::NonZeroU32;

use sea_query::{DeleteStatement, InsertStatement, SelectStatement};
use usher_domain::{
    ClientAddress, DeviceAttributes, DeviceId, Keyword, Session, Timestamp, UserId, UsernameKey,
};

pub(crate) use postgres::{add_with_device, is_taken_device};
pub(crate) use raw_statement::RawStatement;

/// The dialect in which a statement is written.
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

    /// Whether looking at the newest users first fills a page sooner where the keyword is common: the index collects every
    /// match before it yields one.
    pub(crate) fn looks_at_the_newest_first(self, keyword: &Keyword) -> bool {
        match self {
            Self::Sqlite | Self::MySql => false,
            Self::Postgres => postgres::is_short(keyword),
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

    /// One statement for a visit, where the engine writes two tables in one.
    pub(crate) fn record_visit(
        self,
        device: &DeviceId,
        attributes: &DeviceAttributes,
        from: ClientAddress,
        at: Timestamp,
    ) -> Option<RawStatement> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(postgres::record_visit(device, attributes, from, at)),
            Self::MySql => Some(mysql::record_visit(device, attributes, from, at)),
        }
    }

    /// Ends the sessions that make room for this one, where the engine plans the usual statement badly.
    pub(crate) fn end_others_beyond(self, session: &Session, keep: NonZeroU32) -> Option<RawStatement> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => Some(mysql::end_others_beyond(session, keep)),
        }
    }

    /// What has to be deleted before a user's name is indexed anew, where the engine does not do so itself.
    pub(crate) fn forget_username(self, user: UserId) -> Option<DeleteStatement> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => Some(mysql::forget_username(user)),
        }
    }

    /// What has to be written for registered users to be found, where the engine does not do it by itself.
    pub(crate) fn index_usernames(self, names: &[(UserId, UsernameKey)]) -> Option<InsertStatement> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MySql => (!names.is_empty()).then(|| mysql::index_usernames(names)),
        }
    }
}
