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

/// Declares a struct whose fields are the columns of a row.
macro_rules! record {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($(#[$on:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(sqlx::FromRow)]
        $visibility struct $name { $($(#[$on])* $field: $type,)+ }

        impl $crate::database::FromSqlite for $name {
            fn from_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?,)+ })
            }
        }
    };
}

pub(crate) use record;
