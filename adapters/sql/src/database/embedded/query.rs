//! Statements on one connection. They are prepared once.

use rusqlite::{Connection, params_from_iter};

use super::value::Bound;
use super::{FromSqlite, Statement};
use crate::database::Result;

pub(crate) fn one<T: FromSqlite>(connection: &Connection, statement: &Statement) -> Result<Option<T>> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let mut rows = prepared.query(params_from_iter(statement.values.iter().map(Bound)))?;
    Ok(rows.next()?.map(T::from_sqlite).transpose()?)
}

pub(crate) fn all<T: FromSqlite>(connection: &Connection, statement: &Statement) -> Result<Vec<T>> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let rows = prepared.query_map(params_from_iter(statement.values.iter().map(Bound)), T::from_sqlite)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Tells how many rows the statement matched.
pub(crate) fn execute(connection: &Connection, statement: &Statement) -> Result<u64> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let changed = prepared.execute(params_from_iter(statement.values.iter().map(Bound)))?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}
