use std::fmt;
use std::sync::OnceLock;

use sea_query::Values;
use sea_query_sqlx::SqlxValues;

type Observe = Box<dyn Fn(&str, &Values) + Send + Sync>;

/// Is told each statement and its parameters before it is sent. Only tests listen.
#[derive(Default)]
pub(super) struct Observer(OnceLock<Observe>);

impl Observer {
    /// Tells no one else: the first one stays.
    pub(super) fn set(&self, observe: Observe) {
        // A second one would be a mistake in a test, which then sees nothing.
        let _ = self.0.set(observe);
    }

    pub(super) fn sends(&self, sql: &str, values: &SqlxValues) {
        if let Some(observe) = self.0.get() {
            observe(sql, &values.0);
        }
    }

    /// `BEGIN`, `COMMIT` and their like.
    pub(super) fn observe_sql(&self, sql: &str) {
        if let Some(observe) = self.0.get() {
            observe(sql, &Values(Vec::new()));
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() { "Observer(set)" } else { "Observer" })
    }
}
