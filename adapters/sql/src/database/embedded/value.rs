//! Values on their way to `SQLite`, and rows on their way back.

use rusqlite::types::{Null, ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Row, ToSql};
use sea_query::Value;

/// A row of `SQLite` as a value, by the names of its columns.
pub(crate) trait FromSqlite: Sized {
    /// Reads the row.
    fn from_sqlite(row: &Row<'_>) -> rusqlite::Result<Self>;
}

/// A value as sea-query has it.
pub(super) struct Bound<'a>(pub(super) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        fn integer<'a>(number: Option<impl Into<i64>>) -> ToSqlOutput<'a> {
            number.map_or(ToSqlOutput::from(Null), |number| ToSqlOutput::from(number.into()))
        }
        fn bytes(blob: Option<&[u8]>) -> ToSqlOutput<'_> {
            ToSqlOutput::Borrowed(blob.map_or(ValueRef::Null, ValueRef::Blob))
        }
        Ok(match self.0 {
            Value::Bool(it) => integer(*it),
            Value::TinyInt(it) => integer(*it),
            Value::SmallInt(it) => integer(*it),
            Value::Int(it) => integer(*it),
            Value::BigInt(it) => integer(*it),
            Value::TinyUnsigned(it) => integer(*it),
            Value::SmallUnsigned(it) => integer(*it),
            Value::Unsigned(it) => integer(*it),
            Value::BigUnsigned(it) => match it.map(i64::try_from).transpose() {
                Ok(number) => integer(number),
                Err(error) => return Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
            },
            Value::Float(it) => it.map_or(ToSqlOutput::from(Null), |it| ToSqlOutput::from(f64::from(it))),
            Value::Double(it) => it.map_or(ToSqlOutput::from(Null), ToSqlOutput::from),
            Value::String(it) => ToSqlOutput::Borrowed(
                it.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())),
            ),
            Value::Char(it) => {
                ToSqlOutput::Owned(it.map_or(Owned::Null, |letter| Owned::Text(letter.to_string())))
            }
            Value::Bytes(it) => bytes(it.as_deref()),
            Value::Uuid(it) => bytes(it.as_ref().map(|uuid| uuid.as_bytes().as_slice())),
            other @ Value::Enum(_) => {
                let message = format!("SQLite has no column for {other:?}");
                return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
            }
        })
    }
}
