use std::sync::Arc;

use tempfile::TempDir;
use usher_memory::{MemoryAccessBans, MemoryAudit};
use usher_ports::contract::access_bans::Banning;
use usher_sql::{Database, SqlAccessBans, SqlAudit};

use crate::support::engines::{SqlServer, TestDatabase, sqlite};

pub(crate) async fn access_bans_in_memory() -> (Banning, ()) {
    let audit = Arc::new(MemoryAudit::default());
    (Banning { bans: Arc::new(MemoryAccessBans::new(audit.clone())), audit }, ())
}

pub(crate) async fn access_bans_in_sqlite() -> (Banning, TempDir) {
    let (database, directory) = sqlite().await;
    (banning(&database), directory)
}

pub(crate) async fn access_bans_on(server: &SqlServer) -> (Banning, TestDatabase) {
    let own = server.database().await;
    (banning(&own.open().await), own)
}

fn banning(database: &Database) -> Banning {
    Banning {
        bans: Arc::new(SqlAccessBans::new(database.clone())),
        audit: Arc::new(SqlAudit::new(database.clone())),
    }
}
