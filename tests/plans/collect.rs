//! The statements that the adapters send while all laws are run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sea_query::Values;
use usher_ports::contract::a_user;
use usher_ports::contract::access_bans::Banning;
use usher_ports::contract::audit::Audited;
use usher_ports::contract::bulk_jobs::BulkStage;
use usher_ports::contract::imports::Importing;
use usher_ports::contract::outbox::Outbox;
use usher_ports::contract::sessions::Sessions;
use usher_ports::contract::sign_in::SigningIn;
use usher_ports::contract::user_notes::Noting;
use usher_ports::contract::users::{
    lists_by_a_substring_of_the_name, lists_by_platform, lists_by_what_else_is_known,
};
use usher_ports::outbound::{AdministratorRepository, InstallationStore, Statistics, UserRepository};
use usher_sql::{
    Database, SqlAccessBans, SqlAdministrators, SqlAudit, SqlBulkJobs, SqlEvents, SqlInstallation,
    SqlRevocations, SqlSessions, SqlStatistics, SqlUsers, SqlVisitorSignIn,
};

use super::database::{DatabaseFixture, Raw};

/// What was sent, with the parameters of one time.
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) values: Values,
}

/// How often a statement is looked at: other parameters can have another plan.
const SAMPLES: usize = 3;

/// All laws of the ports that a database is behind, each on empty tables.
pub(super) async fn statements(place: &DatabaseFixture) -> Vec<Statement> {
    let sent: Arc<Mutex<BTreeMap<String, Vec<Statement>>>> = Arc::default();
    let database = place.open().await;
    let listener = Arc::clone(&sent);
    database.observe(move |sql, values| {
        let mut sent = listener.lock().expect("no panic");
        let samples = sent.entry(shape(sql)).or_default();
        if samples.len() < SAMPLES {
            samples.push(Statement { sql: sql.to_owned(), values: values.clone() });
        }
    });
    let stage = Stage { database, raw: tokio::sync::Mutex::new(place.connect().await) };
    stage.raw.lock().await.allow_wiping().await;
    stage.run_the_laws().await;
    stage.wiped().await;
    stage.database.close().await;
    let mut sent = sent.lock().expect("no panic");
    std::mem::take(&mut *sent).into_values().flatten().filter(Statement::has_a_plan).collect()
}

impl Statement {
    fn has_a_plan(&self) -> bool {
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| self.sql.starts_with(verb))
    }
}

/// The statement without the numbers of its parameters, and with one where there are many alike.
fn shape(sql: &str) -> String {
    let mut shape = String::new();
    for part in sql.split('$') {
        let after =
            if shape.is_empty() { part } else { part.trim_start_matches(|c: char| c.is_ascii_digit()) };
        if !shape.is_empty() {
            shape.push('?');
        }
        shape.push_str(after);
    }
    for (many, one) in [("?, ?", "?"), ("(?), (?)", "(?)")] {
        while shape.contains(many) {
            shape = shape.replace(many, one);
        }
    }
    shape
}

struct Stage {
    database: Database,
    raw: tokio::sync::Mutex<Raw>,
}

impl Stage {
    async fn run_the_laws(&self) {
        usher_ports::users_contract!(in_turn, self.users());
        usher_ports::imports_contract!(in_turn, self.imports());
        usher_ports::administrators_contract!(in_turn, self.administrators());
        usher_ports::audit_contract!(in_turn, self.audit());
        usher_ports::access_bans_contract!(in_turn, self.access_bans());
        usher_ports::user_notes_contract!(in_turn, self.user_notes());
        usher_ports::installation_contract!(in_turn, self.installation());
        usher_ports::statistics_contract!(in_turn, self.statistics());
        usher_ports::sessions_contract!(in_turn, self.sessions());
        usher_ports::purging_contract!(in_turn, self.sessions());
        usher_ports::sign_in_contract!(in_turn, self.sign_in());
        usher_ports::outbox_contract!(in_turn, self.outbox());
        usher_ports::bulk_jobs_contract!(in_turn, self.bulk_jobs());
        lists_by_a_substring_of_the_name(&self.users_with_common_names().await).await;
        lists_by_platform(&self.users_with_common_names().await).await;
        lists_by_what_else_is_known(&self.users_with_common_names().await).await;
    }

    async fn wiped(&self) -> Database {
        self.raw.lock().await.wipe().await;
        self.database.clone()
    }

    async fn users(&self) -> (Arc<dyn UserRepository>, ()) {
        (Arc::new(SqlUsers::new(self.wiped().await)), ())
    }

    async fn sign_in(&self) -> (SigningIn, ()) {
        let database = self.wiped().await;
        let sign_in = SigningIn {
            sign_in: Arc::new(SqlVisitorSignIn::new(database.clone())),
            users: Arc::new(SqlUsers::new(database.clone())),
            sessions: Arc::new(SqlSessions::new(database)),
        };
        (sign_in, ())
    }

    async fn imports(&self) -> (Importing, ()) {
        let users = Arc::new(SqlUsers::new(self.wiped().await));
        (Importing { import: users.clone(), users }, ())
    }

    async fn users_with_common_names(&self) -> Arc<dyn UserRepository> {
        Arc::new(SqlUsers::new(self.wiped().await).calling_common(0))
    }

    async fn administrators(&self) -> (Arc<dyn AdministratorRepository>, ()) {
        (Arc::new(SqlAdministrators::new(self.wiped().await)), ())
    }

    async fn audit(&self) -> (Audited, ()) {
        let database = self.wiped().await;
        let audited = Audited {
            audit: Arc::new(SqlAudit::new(database.clone())),
            users: Arc::new(SqlUsers::new(database.clone())),
            administrators: Arc::new(SqlAdministrators::new(database)),
        };
        (audited, ())
    }

    async fn bulk_jobs(&self) -> (BulkStage, ()) {
        let database = self.wiped().await;
        let stage = BulkStage {
            jobs: Arc::new(SqlBulkJobs::new(database.clone())),
            users: Arc::new(SqlUsers::new(database.clone())),
            audit: Arc::new(SqlAudit::new(database.clone())),
            events: Arc::new(SqlEvents::new(database.clone())),
            outbox: Arc::new(SqlRevocations::new(database)),
        };
        (stage, ())
    }

    async fn access_bans(&self) -> (Banning, ()) {
        let database = self.wiped().await;
        let audit = Arc::new(SqlAudit::new(database.clone()));
        (Banning { bans: Arc::new(SqlAccessBans::new(database)), audit }, ())
    }

    async fn user_notes(&self) -> (Noting, ()) {
        let database = self.wiped().await;
        let users = Arc::new(SqlUsers::new(database.clone()));
        (Noting { notes: users.clone(), users, audit: Arc::new(SqlAudit::new(database)) }, ())
    }

    async fn installation(&self) -> (Arc<dyn InstallationStore>, ()) {
        (Arc::new(SqlInstallation::new(self.wiped().await)), ())
    }

    async fn statistics(&self) -> (Arc<dyn Statistics>, ()) {
        (Arc::new(SqlStatistics::new(self.wiped().await)), ())
    }

    async fn sessions(&self) -> (Sessions, ()) {
        let database = self.wiped().await;
        let users: Arc<dyn UserRepository> = Arc::new(SqlUsers::new(database.clone()));
        let (alice, bob) = (a_user(&users).await.id, a_user(&users).await.id);
        (Sessions { store: Arc::new(SqlSessions::new(database)), alice, bob }, ())
    }

    async fn outbox(&self) -> (Outbox, ()) {
        let database = self.wiped().await;
        let outbox = Arc::new(SqlRevocations::new(database.clone()));
        (Outbox { users: Arc::new(SqlUsers::new(database)), outbox }, ())
    }
}

impl Raw {
    /// The audit log is not to be cut; in this database it may be.
    async fn allow_wiping(&mut self) {
        match self {
            Self::Sqlite(_) => {
                self.run("DROP TRIGGER audit_is_not_edited; DROP TRIGGER audit_is_not_cut").await;
            }
            Self::Postgres(_) => self.run("ALTER TABLE audit DISABLE TRIGGER USER").await,
            Self::MySql(_) => {}
        }
    }

    /// As the migrations left it, but for the numbers that were given out.
    async fn wipe(&mut self) {
        let (link, token) = match self {
            Self::Sqlite(_) => ("zeroblob(32)", "zeroblob(16)"),
            Self::Postgres(_) => {
                ("decode(repeat('00', 32), 'hex')", "'00000000-0000-0000-0000-000000000000'")
            }
            Self::MySql(_) => ("REPEAT(CHAR(0), 32)", "REPEAT(CHAR(0), 16)"),
        };
        self.run(&format!(
            "DELETE FROM bulk_jobs; DELETE FROM bulk_job_users; DELETE FROM access_bans;
             DELETE FROM access_ban_version; DELETE FROM events; DELETE FROM users;
             DELETE FROM revocations; DELETE FROM statistics; DELETE FROM active_people; DELETE FROM hourly_statistics;
             DELETE FROM administrators; DELETE FROM administrator_invitations; DELETE FROM installation; DELETE FROM audit;
             UPDATE audit_head SET number = 0, link = {link}; UPDATE revocation_sync SET token = {token}"
        ))
        .await;
    }
}
