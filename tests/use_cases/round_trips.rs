//! How many statements each use case sends, and how often it goes to the server and back: what `docs/round-trips.md`
//! says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use usher::compose;
use usher_domain::{BulkAction, Caller, Keyword, Reason, Status, UserFilter, UserOrder};
use usher_ports::inbound::{BulkCommand, BulkSelection, SignedIn};
use usher_sql::{
    Database, ServerOptions, SqlAdministrators, SqlAudit, SqlBulkJobs, SqlRevocations, SqlSessions, SqlUsers,
    SqlVisitorSignIn,
};

use super::House;
use super::house::password;
use crate::support::engines::{MARIADB, MYSQL, POSTGRES, SqlServer, sqlite};
use crate::support::{FaultProxy, operator, project_file, viewer};

/// The use cases over a database that is watched.
struct Tour {
    house: House,
    statements: Arc<AtomicUsize>,
    /// To a server.
    proxy: Option<FaultProxy>,
    /// What each use case took, as it is written in the table.
    took: BTreeMap<&'static str, String>,
}

/// After which nothing more is expected to be sent.
const QUIET: Duration = Duration::from_millis(100);

impl Tour {
    fn of(database: &Database, proxy: Option<FaultProxy>) -> Self {
        let statements = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&statements);
        database.observe(move |_, _| _ = counter.fetch_add(1, Ordering::SeqCst));
        let house = House::with(|adapters| {
            adapters.users = Arc::new(SqlUsers::new(database.clone()));
            adapters.sessions = Arc::new(SqlSessions::new(database.clone()));
            adapters.visitor_sign_in = Some(Arc::new(SqlVisitorSignIn::new(database.clone())));
            adapters.administrators = Arc::new(SqlAdministrators::new(database.clone()));
            adapters.audit = Arc::new(SqlAudit::new(database.clone()));
            adapters.bulk_jobs = Arc::new(SqlBulkJobs::new(database.clone()));
            adapters.outbox = Arc::new(SqlRevocations::new(database.clone()));
        });
        Self { house, statements, proxy, took: BTreeMap::new() }
    }

    /// The proxy may count a round trip after its answer has arrived.
    async fn quiet(&self) -> usize {
        let Some(proxy) = &self.proxy else { return 0 };
        let (mut seen, mut since) = (proxy.round_trips(), Instant::now());
        while since.elapsed() < QUIET {
            tokio::time::sleep(QUIET / 10).await;
            let now = proxy.round_trips();
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
        seen
    }

    async fn count<T, E: std::fmt::Debug>(
        &mut self,
        use_case: &'static str,
        call: impl AsyncFnOnce(&House) -> Result<T, E>,
    ) -> T {
        let (statements, trips) = (self.statements.load(Ordering::SeqCst), self.quiet().await);
        let answer = call(&self.house).await.unwrap_or_else(|error| panic!("{use_case}: {error:?}"));
        let (statements, trips) =
            (self.statements.load(Ordering::SeqCst) - statements, self.quiet().await - trips);
        let took =
            if self.proxy.is_some() { format!("{statements}, {trips}") } else { statements.to_string() };
        self.took.insert(use_case, took);
        answer
    }

    /// Once to have the statements prepared, and once more: that counts.
    async fn all(mut self) -> BTreeMap<&'static str, String> {
        for round in 0..2 {
            self.visitors(round).await;
            self.users(round).await;
            self.administrators(round).await;
        }
        self.took
    }

    async fn visitors(&mut self, round: u32) {
        let new = self.count("first launch", async |house| house.visit(round).await).await;
        self.count("resume", async |house| house.visit(round).await).await;
        let caller = self.check(&new).await;
        self.count("profile", async |house| house.cases.view_profile.view(new.account.uuid).await).await;
        self.count("logout", async |house| house.cases.log_out.log_out(caller).await).await;
        let name = format!("upgraded_{round}");
        self.count("upgrade", async |house| house.upgrade(round, &name).await).await;
    }

    async fn check(&mut self, of: &SignedIn) -> Caller {
        let token = of.token.expose();
        let check = async |house: &House| house.cases.authenticate_session.authenticate(token).await;
        self.count("session check", check).await
    }

    async fn users(&mut self, round: u32) {
        let name = format!("registered_{round}");
        let new = self.count("registration", async |house| house.register(&name).await).await;
        self.count("login", async |house| house.log_in(&name).await).await;
        self.house.visit(100 + round).await.expect("a visitor");
        self.count("login on a visitor's device", async |house| house.log_in_from(100 + round, &name).await)
            .await;
        let Caller::User(session) = self.check(&new).await else { panic!("a user's session") };
        let keyword = Keyword::parse("upgraded").expect("a keyword");
        self.count("search", async |house| house.cases.search_users.search(&session, &keyword).await).await;
    }

    async fn administrators(&mut self, round: u32) {
        let user = self.house.register(&format!("changed_{round}")).await.expect("a user").account.id;
        let everybody = UserFilter::default();
        self.count("a page of users", async |house| {
            house.admin.list_users.list(viewer(), &everybody, &UserOrder::Newest.start(), 20).await
        })
        .await;
        self.count("a user's page", async |house| house.admin.list_users.details(viewer(), user).await).await;
        self.count("disabling", async |house| house.set_status(user, Status::Disabled).await).await;
        self.count("enabling", async |house| house.set_status(user, Status::Enabled).await).await;
        self.count("setting a password", async |house| {
            compose::set_password(&house.adapters).set(operator(), user, password("hunter23")).await
        })
        .await;
        let visitor = self.house.visit(200 + round).await.expect("a visitor").account.id;
        self.count("starting a bulk change", async |house| {
            let command = BulkCommand {
                action: BulkAction::Disable,
                selection: BulkSelection::Chosen(vec![user, visitor]),
                reason: Reason::default(),
                spares_bans: true,
                confirmed: None,
            };
            house.admin.bulk_jobs.start(operator(), command).await
        })
        .await;
        let nodes = compose::run_bulk_jobs(&self.house.adapters);
        self.count("the only step of a bulk change", async |_| nodes.step().await).await;
        self.count("deleting", async |house| {
            house.admin.delete_user.delete(operator(), user, None, Reason::default()).await
        })
        .await;
    }
}

/// The column of the table under that heading, by use case.
fn documented(heading: &str, engine: &str) -> BTreeMap<String, String> {
    let document = project_file("docs/round-trips.md");
    let table: Vec<Vec<String>> = document
        .lines()
        .skip_while(|line| *line != heading)
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let column = table[0].iter().position(|title| title == engine).expect("a column");
    table[2..].iter().map(|row| (row[0].clone(), row[column].clone())).collect()
}

fn assert_documented(engine: &str, took: &BTreeMap<&'static str, String>) {
    let took: BTreeMap<String, String> =
        took.iter().map(|(case, took)| ((*case).to_owned(), took.clone())).collect();
    assert_eq!(documented("## Now", engine), took, "{engine}: docs/round-trips.md says otherwise");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_sent_what_is_documented() {
    let (database, _directory) = sqlite().await;
    let took = Tour::of(&database, None).all().await;
    assert_documented("SQLite", &took);
}

async fn is_sent_what_is_documented(server: &SqlServer, engine: &str) {
    let own = server.database().await;
    own.open().await.close().await;
    let (before, rest) = own.url.split_once('@').expect("a login");
    let (address, name) = rest.split_once('/').expect("a name");
    let proxy = FaultProxy::to(address).await;
    let url = format!("{before}@{}/{name}", proxy.address);
    // One connection, so that what goes to and fro is one thing after the other.
    let options = ServerOptions { url, connections: 1, statements: 100, timeout: Duration::from_secs(30) };
    let database = if own.url.starts_with("postgres") {
        Database::postgres(&options).await
    } else {
        Database::mysql(&options).await
    };
    let took = Tour::of(&database.expect("a connection"), Some(proxy)).all().await;
    assert_documented(engine, &took);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_sent_what_is_documented() {
    is_sent_what_is_documented(&POSTGRES, "PostgreSQL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_sent_what_is_documented() {
    is_sent_what_is_documented(&MYSQL, "MySQL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_is_sent_what_is_documented() {
    is_sent_what_is_documented(&MARIADB, "MariaDB").await;
}
