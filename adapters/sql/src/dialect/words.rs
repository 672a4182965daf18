use sea_query::{QueryBuilder, Value, Values};
use sea_query_sqlx::{SqlxBinder, SqlxValues};

/// A statement in an engine's own words, where sea-query has none.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    sql: &'static str,
    values: Vec<Value>,
}

impl Words {
    pub(super) fn new(sql: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql, values: values.into_iter().collect() }
    }
}

impl SqlxBinder for Words {
    fn build_sqlx<T: QueryBuilder>(&self, _: T) -> (String, SqlxValues) {
        (self.sql.to_owned(), SqlxValues(Values(self.values.clone())))
    }
}
