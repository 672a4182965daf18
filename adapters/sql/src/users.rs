//! Users with their profiles, devices and aliases: each port beside its statements, in a file called as the port is.

mod account;
mod name_search;
mod row;
mod user_changes;
mod user_directory;
mod user_import;
mod user_lookup;
mod user_maintenance;
mod user_notes;
mod user_passwords;
mod user_registry;
mod user_visits;

pub(crate) use user_lookup::users_within;
pub(crate) use user_registry::{add_visitor_at_once, add_visitor_by_rows};
pub(crate) use user_visits::record_visit;

use crate::database::Database;

/// Users in the database.
#[derive(Clone, Debug)]
pub struct SqlUsers {
    database: Database,
    common: u64,
}

impl SqlUsers {
    /// From how many matches a substring is common, unless told otherwise. The index yields as many within some
    /// milliseconds.
    pub const COMMON: u64 = 5_000;

    /// On this database.
    pub const fn new(database: Database) -> Self {
        Self { database, common: Self::COMMON }
    }

    /// With another idea of what is common; see [`SqlUsers::COMMON`].
    #[must_use]
    pub fn calling_common(self, names: u64) -> Self {
        Self { common: names, ..self }
    }
}
