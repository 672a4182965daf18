use std::sync::Arc;

use tempfile::TempDir;
use usher_memory::{MemoryAudit, MemoryUsers};
use usher_ports::contract::user_notes::Noting;
use usher_sql::{Database, SqlAudit, SqlUsers};

use crate::support::engines::{SqlServer, TestDatabase, sqlite};

pub(crate) async fn user_notes_in_memory() -> (Noting, ()) {
    let audit = Arc::new(MemoryAudit::default());
    let users = Arc::new(MemoryUsers::new(audit.clone()));
    (Noting { notes: users.clone(), users, audit }, ())
}

pub(crate) async fn user_notes_in_sqlite() -> (Noting, TempDir) {
    let (database, directory) = sqlite().await;
    (noting(&database), directory)
}

pub(crate) async fn user_notes_on(server: &SqlServer) -> (Noting, TestDatabase) {
    let own = server.database().await;
    (noting(&own.open().await), own)
}

fn noting(database: &Database) -> Noting {
    let users = Arc::new(SqlUsers::new(database.clone()));
    Noting { notes: users.clone(), users, audit: Arc::new(SqlAudit::new(database.clone())) }
}
