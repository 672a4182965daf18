use rusqlite::types::FromSql;
use sqlx::FromRow;
use sqlx::mysql::MySqlRow;
use sqlx::postgres::PgRow;

use super::embedded::FromSqlite;

/// What every engine's row can be read into; [`record!`] makes it so for all of them.
pub(crate) trait Record:
    FromSqlite + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, MySqlRow> + Send + Unpin + 'static
{
}

impl<T> Record for T where
    T: FromSqlite + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, MySqlRow> + Send + Unpin + 'static
{
}

/// The column of this name. It is mostly the next one: to search for each by its name would compare most names of a row
/// with each other.
pub(crate) fn next_column<T: FromSql>(
    row: &rusqlite::Row<'_>,
    at: &mut std::ops::RangeFrom<usize>,
    name: &str,
) -> rusqlite::Result<T> {
    match at.next() {
        Some(at) if row.as_ref().column_name(at).is_ok_and(|found| found == name) => row.get(at),
        _ => row.get(name),
    }
}

/// Declares a struct whose fields are the columns of a row.
macro_rules! record {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($(#[$on:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(sqlx::FromRow)]
        $visibility struct $name { $($(#[$on])* $field: $type,)+ }

        impl $crate::database::FromSqlite for $name {
            fn from_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                let mut at = 0_usize..;
                Ok(Self { $($field: $crate::database::next_column(row, &mut at, stringify!($field))?,)+ })
            }
        }
    };
}

pub(crate) use record;
