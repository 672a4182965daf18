use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection};
use tempfile::TempDir;
use usher_sql::{Database, Durability, ServerOptions, SqliteOptions};

use super::{Engine, Own, retry};
use crate::support::Identity;

/// An empty database on the embedded engine.
pub(crate) async fn sqlite() -> (Database, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let options = SqliteOptions {
        path: directory.path().join("usher.db"),
        durability: Durability::Relaxed,
        connections: 4,
        timeout: Duration::from_secs(30),
    };
    let database = Database::sqlite(&options).await.expect("a database");
    database.migrate().await.expect("a schema");
    (database, directory)
}

/// A database server, and what is said to its like.
pub(crate) struct SqlServer {
    engine: Engine,
    scheme: &'static str,
    login: &'static str,
}

pub(crate) static POSTGRES: SqlServer = SqlServer {
    engine: Engine {
        name: "postgres",
        image: ("postgres", "17"),
        port: 5432,
        fixed: &[],
        environment: &[("POSTGRES_PASSWORD", "usher")],
        command: &["-c", "fsync=off", "-c", "max_connections=800"],
        url: OnceLock::new(),
    },
    scheme: "postgres",
    login: "postgres:usher",
};

pub(crate) static MYSQL: SqlServer = SqlServer {
    engine: Engine {
        name: "mysql",
        image: ("mysql", "9.7"),
        port: 3306,
        fixed: &[],
        environment: &[("MYSQL_ALLOW_EMPTY_PASSWORD", "yes")],
        command: &[
            "--innodb-flush-log-at-trx-commit=2",
            "--sync-binlog=0",
            "--skip-log-bin",
            "--max-connections=800",
        ],
        url: OnceLock::new(),
    },
    scheme: "mysql",
    login: "root",
};

pub(crate) static MARIADB: SqlServer = SqlServer {
    engine: Engine {
        name: "mariadb",
        image: ("mariadb", "11"),
        port: 3306,
        fixed: &[],
        environment: &[("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "1")],
        command: &["--innodb-flush-log-at-trx-commit=2", "--max-connections=800"],
        url: OnceLock::new(),
    },
    scheme: "mariadb",
    login: "root",
};

/// An empty database of one test's own.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
}

impl SqlServer {
    pub(crate) const fn name(&self) -> &'static str {
        self.engine.name
    }

    /// An empty database.
    pub(crate) async fn database(&self) -> TestDatabase {
        self.database_at(self.engine.url(|address| self.url(&address))).await
    }

    /// A server of a test's own, and an empty database on it.
    pub(crate) async fn alone(&self) -> (Own, TestDatabase) {
        let own = self.engine.alone(&[], &[]).await;
        let database = self.database_at(&self.url(&own.address)).await;
        (own, database)
    }

    /// A server of a test's own that proves who it is, and an empty database on it.
    pub(crate) async fn encrypted(&self, identity: &Identity) -> (Own, TestDatabase) {
        if self.scheme == "postgres" {
            let (own, database) = self.alone().await;
            encrypt(&database.url, identity).await.expect("TLS");
            return (own, database);
        }
        let more = [
            "--ssl-cert=/server.crt",
            "--ssl-key=/server.key",
            "--ssl-ca=/authority.crt",
            "--require-secure-transport=ON",
        ];
        let own = self.engine.alone(&more, &identity.files()).await;
        let database = self.database_at(&self.url(&own.address)).await;
        (own, database)
    }

    fn url(&self, address: &str) -> String {
        format!("{}://{}@{address}", self.scheme, self.login)
    }

    async fn database_at(&self, server: &str) -> TestDatabase {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("usher_test_{}_{number}", std::process::id());
        retry(server, async || self.create(server, &name).await).await;
        TestDatabase { url: format!("{server}/{name}") }
    }

    async fn create(&self, server: &str, name: &str) -> sqlx::Result<()> {
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        if self.scheme == "postgres" {
            let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
            connection.execute(create).await?;
            connection.close().await
        } else {
            let mut connection = MySqlConnection::connect(server).await?;
            connection.execute(create).await?;
            connection.close().await
        }
    }
}

/// Gives PostgreSQL its certificate and key through itself, because it insists on being the only one who reads the key.
async fn encrypt(url: &str, identity: &Identity) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    for (file, pem) in [("server.crt", &identity.certificate), ("server.key", &identity.key)] {
        let lines = format!("unnest(string_to_array('{}', E'\\n'))", pem.trim_end());
        let copy = format!("COPY (SELECT {lines}) TO PROGRAM 'umask 077 && cat > {file}'");
        connection.execute(AssertSqlSafe(copy)).await?;
    }
    connection.execute("ALTER SYSTEM SET ssl = on").await?;
    connection.execute("SELECT pg_reload_conf()").await?;
    connection.close().await
}

fn options(url: &str) -> ServerOptions {
    ServerOptions { url: url.to_owned(), connections: 8, statements: 100, timeout: Duration::from_secs(30) }
}

impl TestDatabase {
    /// Opened by a user who may not write.
    pub(crate) async fn read_only(&self) -> Database {
        let (server, name) = self.url.rsplit_once('/').expect("a name");
        let (scheme, address) = server.split_once("://").expect("a scheme");
        let address = address.split_once('@').expect("a login").1;
        let user = format!("reader_{name}");
        if scheme == "postgres" {
            let mut connection = PgConnection::connect(&self.url).await.expect("a connection");
            let setting = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
            connection.execute(AssertSqlSafe(setting)).await.expect("a setting");
            return Database::postgres(&options(&self.url)).await.expect("a connection");
        }
        let mut connection = MySqlConnection::connect(&self.url).await.expect("a connection");
        for statement in [format!("CREATE USER {user}"), format!("GRANT SELECT ON {name}.* TO {user}")] {
            connection.execute(AssertSqlSafe(statement)).await.expect("a user");
        }
        Database::mysql(&options(&format!("{scheme}://{user}@{address}/{name}"))).await.expect("a connection")
    }

    /// Opened, and brought up to date.
    pub(crate) async fn open(&self) -> Database {
        let options = options(&self.url);
        let database = if self.url.starts_with("postgres") {
            Database::postgres(&options).await
        } else {
            Database::mysql(&options).await
        };
        let database = database.expect("a connection");
        database.migrate().await.expect("a schema");
        database
    }
}
