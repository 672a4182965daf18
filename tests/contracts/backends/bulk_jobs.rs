use std::sync::Arc;

use tempfile::TempDir;
use usher_memory::{MemoryAudit, MemoryUsers};
use usher_ports::contract::bulk_jobs::BulkStage;
use usher_sql::{Database, SqlAudit, SqlBulkJobs, SqlEvents, SqlRevocations, SqlUsers};

use crate::support::engines::{SqlServer, TestDatabase, sqlite};

pub(crate) async fn bulk_jobs_in_memory() -> (BulkStage, ()) {
    let audit = Arc::new(MemoryAudit::default());
    let users = Arc::new(MemoryUsers::new(audit.clone()));
    let (events, outbox) = (users.clone(), users.clone());
    (BulkStage { jobs: users.clone(), users, audit, events, outbox }, ())
}

pub(crate) async fn bulk_jobs_in_sqlite() -> (BulkStage, TempDir) {
    let (database, directory) = sqlite().await;
    (bulk_stage(&database), directory)
}

pub(crate) async fn bulk_jobs_on(server: &SqlServer) -> (BulkStage, TestDatabase) {
    let own = server.database().await;
    (bulk_stage(&own.open().await), own)
}

fn bulk_stage(database: &Database) -> BulkStage {
    BulkStage {
        jobs: Arc::new(SqlBulkJobs::new(database.clone())),
        users: Arc::new(SqlUsers::new(database.clone())),
        audit: Arc::new(SqlAudit::new(database.clone())),
        events: Arc::new(SqlEvents::new(database.clone())),
        outbox: Arc::new(SqlRevocations::new(database.clone())),
    }
}
