use sea_query::{QueryBuilder, Value, Values};
use sea_query_sqlx::{SqlxBinder, SqlxValues};

/// A statement in an engine's own dialect, where sea-query has none.
#[derive(Clone, Debug)]
pub(crate) struct RawStatement {
    sql: &'static str,
    values: Vec<Value>,
}

impl RawStatement {
    pub(super) fn new(sql: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql, values: values.into_iter().collect() }
    }
}

impl SqlxBinder for RawStatement {
    fn build_sqlx<T: QueryBuilder>(&self, _: T) -> (String, SqlxValues) {
        (self.sql.to_owned(), SqlxValues(Values(self.values.clone())))
    }
}
