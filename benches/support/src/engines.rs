//! The servers that run here: those the tests have started (`scripts/engines`), or that `USHER_TEST_<NAME>_URL` names.

use std::process::Command;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The last of a Redis server's databases, which nobody else uses.
const REDIS_DATABASE: u8 = 15;

/// Where a server is, with login and scheme.
fn server(name: &str, port: u16, scheme_and_login: &str) -> Option<String> {
    if let Ok(given) = std::env::var(format!("USHER_TEST_{}_URL", name.to_uppercase())) {
        return Some(given);
    }
    // The container's own address: a published port leads through a process that copies every byte, which would take a
    // quarter of the machine.
    let container = format!("usher-test-{name}-shared");
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    let said = Command::new("docker").args(["inspect", "--format", format, &container]).output().ok()?;
    let address = String::from_utf8(said.stdout).ok()?;
    let address = address.trim();
    (!address.is_empty()).then(|| format!("{scheme_and_login}{address}:{port}"))
}

/// An empty database on a server that runs.
#[derive(Clone, Debug)]
pub struct SqlDatabase {
    /// Where it is.
    pub url: String,
    server: String,
    name: String,
}

impl SqlDatabase {
    /// One on this engine: `postgres`, `mysql` or `mariadb`. None where no such server runs.
    pub async fn on(engine: &str) -> Option<Self> {
        let server = match engine {
            "postgres" => server(engine, 5432, "postgres://postgres:usher@"),
            _ => server(engine, 3306, &format!("{engine}://root@")),
        }?;
        let name = format!("usher_bench_{}", std::process::id());
        let it = Self { url: format!("{server}/{name}"), server, name };
        it.empty().await;
        Some(it)
    }

    /// Makes it anew.
    pub async fn empty(&self) {
        self.discard().await;
        self.tell(&format!("CREATE DATABASE {}", self.name)).await;
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Says something to the server, beside the database.
    async fn tell(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        if self.is_postgres() {
            let url = format!("{}/postgres", self.server);
            let mut connection = PgConnection::connect(&url).await.expect("PostgreSQL");
            connection.execute(statement).await.expect("a statement is run");
        } else {
            let url = self.server.replacen("mariadb://", "mysql://", 1);
            let mut connection = MySqlConnection::connect(&url).await.expect("MySQL or MariaDB");
            connection.execute(statement).await.expect("a statement is run");
        }
    }

    /// Takes it away again.
    pub async fn discard(&self) {
        let force = if self.is_postgres() { " WITH (FORCE)" } else { "" };
        self.tell(&format!("DROP DATABASE IF EXISTS {}{force}", self.name)).await;
    }
}

/// What keeps users and sessions.
#[derive(Clone, Debug)]
pub struct Backend {
    /// What it is called in the output.
    pub name: String,
    /// What Usher has to be told.
    pub settings: Vec<(&'static str, String)>,
    /// The database of a server.
    pub database: Option<SqlDatabase>,
    redis: Option<String>,
}

impl Backend {
    /// `sqlite`, `relaxed` (SQLite that does not wait for the disk), `postgres`, `mysql` or `mariadb`, the servers with
    /// Redis. None where a server does not run.
    pub async fn of(name: &str) -> Option<Self> {
        match name {
            "sqlite" => Some(Self::embedded("SQLite, durable", "full")),
            "relaxed" => Some(Self::embedded("SQLite, relaxed", "relaxed")),
            _ => Self::on_servers(name).await,
        }
    }

    fn embedded(name: &str, durability: &str) -> Self {
        let settings = vec![("USHER_DATABASE__DURABILITY", durability.to_owned())];
        Self { name: name.to_owned(), settings, database: None, redis: None }
    }

    async fn on_servers(engine: &str) -> Option<Self> {
        let redis = format!("{}/{REDIS_DATABASE}", server("redis", 6379, "redis://")?);
        let database = SqlDatabase::on(engine).await?;
        let settings = vec![
            ("USHER_DATABASE__URL", database.url.clone()),
            ("USHER_REDIS__URL", redis.clone()),
            ("USHER_REDIS__ACCEPT_NO_PASSWORD", "true".to_owned()),
        ];
        Some(Self {
            name: format!("{engine} + redis"),
            settings,
            database: Some(database),
            redis: Some(redis),
        })
    }

    /// Takes away what was written to servers.
    pub async fn discard(self) {
        if let Some(database) = self.database {
            database.discard().await;
        }
        if let Some(redis) = self.redis {
            let address = redis.trim_start_matches("redis://").trim_end_matches(|c: char| c != '/');
            let mut stream = TcpStream::connect(address.trim_end_matches('/')).await.expect("Redis");
            let words = format!("SELECT {REDIS_DATABASE}\r\nFLUSHDB\r\n");
            stream.write_all(words.as_bytes()).await.expect("Redis listens");
            let mut answer = [0; 10];
            stream.read_exact(&mut answer).await.expect("Redis answers");
            assert_eq!(&answer, b"+OK\r\n+OK\r\n", "Redis forgets");
        }
    }
}
