//! Usher speaks to servers that prove who they are, and to no others.

use std::time::{Duration, Instant};

use super::client::{search, signed};
use super::program::{Installation, Server, fails};
use crate::support::engines::{MARIADB, MYSQL, POSTGRES, REDIS, SqlServer};
use crate::support::{FaultProxy, Identity};

const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

/// `settings` name the file of the authority that the server's certificate must come from.
async fn only_the_real_database_is_spoken_to(sql: &SqlServer, settings: &str) {
    let (identity, stranger) = (Identity::new(), Identity::new());
    let (server, database) = sql.encrypted(&identity).await;
    // Where it is called by a name that its certificate tells.
    let proxy = FaultProxy::to(&server.address).await;
    let database = database.url.replace(&server.address, &proxy.address);
    let url = |of: &Identity| format!("{database}?{settings}={}", of.authority().display());
    let installation = Installation::new();
    let mut command = installation.command(&[]);
    let said = fails(command.env("USHER_DATABASE__URL", url(&stranger)));
    assert!(said.contains("certificate"), "{said}");
    let mut command = installation.command(&[]);
    command.env("USHER_DATABASE__URL", url(&identity));
    let node = Server::start(command);
    assert_eq!(signed(&node.url, DEVICE, "visitorRegister", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    only_the_real_database_is_spoken_to(&POSTGRES, "sslmode=verify-full&sslrootcert").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    only_the_real_database_is_spoken_to(&MYSQL, "ssl-mode=VERIFY_IDENTITY&ssl-ca").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb() {
    only_the_real_database_is_spoken_to(&MARIADB, "ssl-mode=VERIFY_IDENTITY&ssl-ca").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis() {
    let (identity, stranger) = (Identity::new(), Identity::new());
    let server = REDIS.encrypted(&identity, "usher", "secret").await;
    let proxy = FaultProxy::to(&server.address).await;
    let database = POSTGRES.database().await;
    let installation = Installation::new();
    let node = |trusts: &Identity, password: &str| {
        let mut command = installation.command(&[]);
        command
            .env("SSL_CERT_FILE", trusts.authority())
            .env("USHER_DATABASE__URL", &database.url)
            .env("USHER_REDIS__URL", format!("rediss://usher:{password}@{}", proxy.address))
            .env("USHER_REDIS__PREFIX", "usher:")
            .env("USHER_TOKENS__KEY", "the token key that all nodes of this test share");
        Server::start(command)
    };
    let admitted = node(&identity, "secret");
    let begun = Instant::now();
    let visitor = loop {
        let answer = signed(&admitted.url, DEVICE, "visitorRegister", &[]).await;
        if answer.status == 200 {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", admitted.log());
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    assert_eq!(search(&admitted.url, &visitor.token()).await.status, 400, "a visitor may not search");
    for (node, word) in [(node(&stranger, "secret"), "certificate"), (node(&identity, "wrong"), "WRONGPASS")]
    {
        assert_eq!(signed(&node.url, DEVICE, "visitorRegister", &[]).await.status, 503);
        let log = node.log_with(word).await;
        assert!(!log.replace("secrets.toml", "").contains("secret"), "{log}");
    }
}
