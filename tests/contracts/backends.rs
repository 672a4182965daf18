//! Empty backends, each of its own.

mod access_bans;
mod bulk_jobs;
mod files;
mod process;
mod redis;
mod user_notes;

use std::sync::Arc;

use tempfile::TempDir;
use usher_application::StoresApart;
use usher_domain::UserId;
use usher_memory::{
    MemoryAdministrators, MemoryAudit, MemoryInstallation, MemoryLimiter, MemoryReplayGuard, MemorySessions,
    MemoryStatistics, MemoryUsers,
};
use usher_ports::contract::a_user;
use usher_ports::contract::audit::Audited;
use usher_ports::contract::events::Events;
use usher_ports::contract::imports::Importing;
use usher_ports::contract::outbox::Outbox;
use usher_ports::contract::probes::Probes;
use usher_ports::contract::revoking::Revoking;
use usher_ports::contract::sessions::Sessions;
use usher_ports::contract::sign_in::SigningIn;
use usher_ports::outbound::{
    AdministratorRepository, InstallationStore, RateLimiter, ReplayGuard, SessionStore, Statistics,
    UserRepository,
};
use usher_sql::{
    Database, SqlAdministrators, SqlAudit, SqlEvents, SqlInstallation, SqlRevocations, SqlSessions,
    SqlStatistics, SqlUsers, SqlVisitorSignIn,
};

use crate::support::engines::{SqlServer, TestDatabase};

pub(super) use crate::support::engines::sqlite;
pub(super) use access_bans::*;
pub(super) use bulk_jobs::*;
pub(super) use files::*;
pub(super) use process::*;
pub(super) use redis::*;
pub(super) use user_notes::*;

pub(super) async fn sql_on(server: &SqlServer) -> (Database, TestDatabase) {
    let own = server.database().await;
    (own.open().await, own)
}

pub(super) async fn users_in_memory() -> (Arc<dyn UserRepository>, ()) {
    (Arc::new(MemoryUsers::default()), ())
}

pub(super) async fn users_in_sqlite() -> (Arc<dyn UserRepository>, TempDir) {
    let (database, directory) = sqlite().await;
    (Arc::new(SqlUsers::new(database)), directory)
}

pub(super) async fn users_on(server: &SqlServer) -> (Arc<dyn UserRepository>, TestDatabase) {
    let own = server.database().await;
    (Arc::new(SqlUsers::new(own.open().await)), own)
}

pub(super) async fn imports_in_sqlite() -> (Importing, TempDir) {
    let (database, directory) = sqlite().await;
    (importing(database), directory)
}

pub(super) async fn imports_on(server: &SqlServer) -> (Importing, TestDatabase) {
    let own = server.database().await;
    (importing(own.open().await), own)
}

pub(super) async fn imports_in_memory() -> (Importing, ()) {
    let users = Arc::new(MemoryUsers::default());
    (Importing { import: users.clone(), users }, ())
}

fn importing(database: Database) -> Importing {
    let users = Arc::new(SqlUsers::new(database));
    Importing { import: users.clone(), users }
}

pub(super) async fn common_names_in_sqlite() -> (Arc<dyn UserRepository>, TempDir) {
    let (database, directory) = sqlite().await;
    (Arc::new(SqlUsers::new(database).calling_common(0)), directory)
}

pub(super) async fn common_names_on(server: &SqlServer) -> (Arc<dyn UserRepository>, TestDatabase) {
    let own = server.database().await;
    (Arc::new(SqlUsers::new(own.open().await).calling_common(0)), own)
}

pub(super) async fn administrators_in_memory() -> (Arc<dyn AdministratorRepository>, ()) {
    (Arc::new(MemoryAdministrators::default()), ())
}

pub(super) async fn administrators_in_sqlite() -> (Arc<dyn AdministratorRepository>, TempDir) {
    let (database, directory) = sqlite().await;
    (Arc::new(SqlAdministrators::new(database)), directory)
}

pub(super) async fn administrators_on(
    server: &SqlServer,
) -> (Arc<dyn AdministratorRepository>, TestDatabase) {
    let own = server.database().await;
    (Arc::new(SqlAdministrators::new(own.open().await)), own)
}

/// Stores that are apart, as users in a database and sessions in Redis are.
pub(super) async fn sign_in_in_memory() -> (SigningIn, ()) {
    let users = Arc::new(MemoryUsers::default());
    let sessions = Arc::new(MemorySessions::default());
    let apart = StoresApart { registry: users.clone(), visits: users.clone(), sessions: sessions.clone() };
    (SigningIn { sign_in: Arc::new(apart), users, sessions }, ())
}

pub(super) async fn sign_in_in_sqlite() -> (SigningIn, TempDir) {
    let (database, directory) = sqlite().await;
    (signing_in(&database), directory)
}

pub(super) async fn sign_in_on(server: &SqlServer) -> (SigningIn, TestDatabase) {
    let own = server.database().await;
    (signing_in(&own.open().await), own)
}

fn signing_in(database: &Database) -> SigningIn {
    SigningIn {
        sign_in: Arc::new(SqlVisitorSignIn::new(database.clone())),
        users: Arc::new(SqlUsers::new(database.clone())),
        sessions: Arc::new(SqlSessions::new(database.clone())),
    }
}

pub(super) async fn sessions_in_memory() -> (Sessions, ()) {
    let store: Arc<dyn SessionStore> = Arc::new(MemorySessions::default());
    (Sessions { store, alice: UserId(1), bob: UserId(2) }, ())
}

pub(super) async fn sessions_in_sqlite() -> (Sessions, TempDir) {
    let (database, directory) = sqlite().await;
    (sessions_beside_users(database).await, directory)
}

pub(super) async fn sessions_on(server: &SqlServer) -> (Sessions, TestDatabase) {
    let own = server.database().await;
    (sessions_beside_users(own.open().await).await, own)
}

/// Sessions in a database, where only those who are there can have any.
async fn sessions_beside_users(database: Database) -> Sessions {
    let users: Arc<dyn UserRepository> = Arc::new(SqlUsers::new(database.clone()));
    let (alice, bob) = (a_user(&users).await.id, a_user(&users).await.id);
    Sessions { store: Arc::new(SqlSessions::new(database)), alice, bob }
}

pub(super) async fn limits_in_memory() -> (Arc<dyn RateLimiter>, ()) {
    (Arc::new(MemoryLimiter::default()), ())
}

pub(super) async fn replay_in_memory() -> (Arc<dyn ReplayGuard>, ()) {
    (Arc::new(MemoryReplayGuard::default()), ())
}

pub(super) async fn sqlite_probes() -> (Probes, [TempDir; 3]) {
    let ((there, one), (gone, two), (moved, three)) = (sqlite().await, sqlite().await, sqlite().await);
    gone.close().await;
    let file = three.path().join("usher.db");
    std::fs::rename(&file, file.with_extension("away")).expect("a new name");
    let probes = Probes { there: Arc::new(there), gone: Arc::new(gone), unwritable: Arc::new(moved) };
    (probes, [one, two, three])
}

pub(super) async fn probes_on(server: &SqlServer) -> (Probes, [TestDatabase; 3]) {
    let own = [server.database().await, server.database().await, server.database().await];
    let (there, gone) = (own[0].open().await, own[1].open().await);
    gone.close().await;
    own[2].open().await.close().await;
    let unwritable = own[2].read_only().await;
    (Probes { there: Arc::new(there), gone: Arc::new(gone), unwritable: Arc::new(unwritable) }, own)
}

pub(super) async fn revoking_in_memory() -> (Revoking, ()) {
    let store = Arc::new(MemorySessions::default());
    (Revoking { store: store.clone(), sink: store }, ())
}

pub(super) async fn outbox_in_memory() -> (Outbox, ()) {
    let users = Arc::new(MemoryUsers::default());
    (Outbox { users: users.clone(), outbox: users }, ())
}

pub(super) async fn outbox_in_sqlite() -> (Outbox, TempDir) {
    let (database, directory) = sqlite().await;
    (outbox_in(&database), directory)
}

pub(super) async fn outbox_on(server: &SqlServer) -> (Outbox, TestDatabase) {
    let own = server.database().await;
    (outbox_in(&own.open().await), own)
}

fn outbox_in(database: &Database) -> Outbox {
    Outbox {
        users: Arc::new(SqlUsers::new(database.clone())),
        outbox: Arc::new(SqlRevocations::new(database.clone())),
    }
}

pub(super) async fn events_in_memory() -> (Events, ()) {
    let users = Arc::new(MemoryUsers::default());
    (Events { log: users.clone(), users }, ())
}

pub(super) async fn events_in_sqlite() -> (Events, TempDir) {
    let (database, directory) = sqlite().await;
    (events(&database), directory)
}

pub(super) async fn events_on(server: &SqlServer) -> (Events, TestDatabase) {
    let own = server.database().await;
    (events(&own.open().await), own)
}

fn events(database: &Database) -> Events {
    Events {
        log: Arc::new(SqlEvents::new(database.clone())),
        users: Arc::new(SqlUsers::new(database.clone())),
    }
}

pub(super) async fn audit_in_memory() -> (Audited, ()) {
    let audit = Arc::new(MemoryAudit::default());
    let users = Arc::new(MemoryUsers::new(audit.clone()));
    let administrators = Arc::new(MemoryAdministrators::new(audit.clone()));
    (Audited { audit, users, administrators }, ())
}

pub(super) async fn audit_in_sqlite() -> (Audited, TempDir) {
    let (database, directory) = sqlite().await;
    (audited(&database), directory)
}

pub(super) async fn audit_on(server: &SqlServer) -> (Audited, TestDatabase) {
    let own = server.database().await;
    (audited(&own.open().await), own)
}

fn audited(database: &Database) -> Audited {
    Audited {
        audit: Arc::new(SqlAudit::new(database.clone())),
        users: Arc::new(SqlUsers::new(database.clone())),
        administrators: Arc::new(SqlAdministrators::new(database.clone())),
    }
}

pub(super) async fn installation_in_memory() -> (Arc<dyn InstallationStore>, ()) {
    (Arc::new(MemoryInstallation::default()), ())
}

pub(super) async fn installation_in_sqlite() -> (Arc<dyn InstallationStore>, TempDir) {
    let (database, directory) = sqlite().await;
    (Arc::new(SqlInstallation::new(database)), directory)
}

pub(super) async fn installation_on(server: &SqlServer) -> (Arc<dyn InstallationStore>, TestDatabase) {
    let own = server.database().await;
    (Arc::new(SqlInstallation::new(own.open().await)), own)
}

pub(super) async fn statistics_in_memory() -> (Arc<dyn Statistics>, ()) {
    (Arc::new(MemoryStatistics::default()), ())
}

pub(super) async fn statistics_in_sqlite() -> (Arc<dyn Statistics>, TempDir) {
    let (database, directory) = sqlite().await;
    (Arc::new(SqlStatistics::new(database)), directory)
}

pub(super) async fn statistics_on(server: &SqlServer) -> (Arc<dyn Statistics>, TestDatabase) {
    let own = server.database().await;
    (Arc::new(SqlStatistics::new(own.open().await)), own)
}
