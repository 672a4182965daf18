//! Two nodes over one database and one Redis.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use usher::compose;
use usher::config::{Config, Flags, Secret};
use usher::secrets::Secrets;
use usher_domain::{Status, UserId};
use usher_http::AdminPorts;
use usher_ports::inbound::StatusCommand;

use super::client::{post, refused, search, sign, signed};
use super::program::{Installation, Server};
use crate::support::engines::{RedisServer, SqlServer, TestDatabase};
use crate::support::{SALT, operator};

const TOKEN_KEY: &str = "the token key that all nodes of this test share";

/// What a node has to be told, and two that were told.
pub(super) struct Nodes {
    pub(super) first: Server,
    pub(super) second: Server,
    installation: Installation,
    environment: Vec<(&'static str, String)>,
}

impl Nodes {
    pub(super) fn start(database: &TestDatabase, redis: &str, cluster: bool) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let environment = vec![
            ("USHER_DATABASE__URL", database.url.clone()),
            ("USHER_DATABASE__TIMEOUT", "2s".to_owned()),
            ("USHER_REDIS__URL", redis.to_owned()),
            // Tests that run in a container reach the engines at the bridge's address, not at localhost.
            ("USHER_REDIS__ACCEPT_NO_PASSWORD", "true".to_owned()),
            ("USHER_REDIS__CLUSTER", cluster.to_string()),
            // Three masters share the cores with all tests.
            ("USHER_REDIS__TIMEOUT", if cluster { "10s" } else { "2s" }.to_owned()),
            ("USHER_REDIS__PREFIX", format!("usher_nodes_{}_{number}:", std::process::id())),
            ("USHER_TOKENS__KEY", TOKEN_KEY.to_owned()),
            ("USHER_LIMITS__PER_USERNAME", "off".to_owned()),
            ("USHER_LIMITS__PER_USERNAME_NETWORK", "off".to_owned()),
            ("USHER_LIMITS__PER_USER_SEARCH", "off".to_owned()),
        ];
        let installation = Installation::new();
        let serve = || {
            let mut command = installation.command(&[]);
            command.envs(environment.iter().cloned());
            Server::start(command)
        };
        Self { first: serve(), second: serve(), environment, installation }
    }

    /// Disables a user by the command line.
    pub(super) fn disable(&self, name: &str) {
        let mut command = self.installation.command(&["user", "disable", name]);
        let done = command.envs(self.environment.iter().cloned()).output().expect("the program");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    async fn on(sql: &SqlServer, redis: &RedisServer) -> Self {
        redis.options().await;
        Self::start(&sql.database().await, redis.url(), redis.is_cluster())
    }

    /// A third node, in this process, for what an administrator does.
    async fn administrator(&self) -> AdminPorts {
        self.administrator_with(&self.told("USHER_REDIS__URL")).await
    }

    fn told(&self, name: &str) -> String {
        self.environment.iter().find(|(key, _)| *key == name).expect("a setting").1.clone()
    }

    /// One that looks for Redis elsewhere.
    async fn administrator_with(&self, redis: &str) -> AdminPorts {
        let flags = Flags { data_dir: Some(self.installation.data()), ..Flags::default() };
        let mut config = Config::load(&flags).expect("the defaults");
        config.database.url = Secret::new(self.told("USHER_DATABASE__URL"));
        config.redis.url = Secret::new(redis.to_owned());
        config.redis.cluster = self.told("USHER_REDIS__CLUSTER") == "true";
        config.redis.prefix = self.told("USHER_REDIS__PREFIX");
        config.tokens.key = Secret::new(TOKEN_KEY.to_owned());
        config.signing.salts = vec![Secret::new(SALT.to_owned())];
        let secrets = Secrets::load(&config).expect("secrets");
        let database = compose::database(&config).await.expect("a database");
        let adapters = compose::adapters(&config, &secrets, &database).await.expect("adapters");
        compose::admin_ports(&adapters, &config, secrets.set_up_code())
    }
}

const ALICE: [(&str, &str); 2] = [("username", "alice_01"), ("password", "hunter22")];
const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

async fn a_session_made_on_one_is_good_on_the_other(sql: &SqlServer, redis: &RedisServer) {
    let nodes = Nodes::on(sql, redis).await;
    let visitor = signed(&nodes.first.url, DEVICE, "visitorRegister", &[]).await;
    let user = signed(&nodes.second.url, DEVICE, "visitorregChat", &ALICE).await;
    assert_eq!(user.body["data"]["id"], visitor.body["data"]["id"]);
    for node in [&nodes.first, &nodes.second] {
        let found = search(&node.url, &user.token()).await;
        assert_eq!((found.status, found.body), (200, json!({"msg": "ok", "data": []})));
        let upgraded = search(&node.url, &visitor.token()).await;
        assert_eq!((upgraded.status, &upgraded.body["data"]), (400, &json!("Token 令牌不合法！")));
    }
    let out = post(&nodes.first.url, "chat/logout", &[], &[("token", &user.token())]).await;
    assert_eq!(out.status, 200);
    assert_eq!(search(&nodes.first.url, &user.token()).await.status, 400);
    let again = post(&nodes.second.url, "loginChat", &ALICE, &[]).await;
    assert_eq!(search(&nodes.first.url, &again.token()).await.status, 200);
}

async fn limits_and_used_signatures_are_shared(sql: &SqlServer, redis: &RedisServer) {
    let nodes = Nodes::on(sql, redis).await;
    let (signature, timestamp) = sign(DEVICE);
    let fields = [("deviceId", DEVICE), ("timestamp", timestamp.as_str())];
    let headers = [("X-Security-Sign", signature.as_str())];
    assert_eq!(post(&nodes.first.url, "visitorRegister", &fields, &headers).await.status, 200);
    let replayed = post(&nodes.second.url, "visitorRegister", &fields, &headers).await;
    assert_eq!((replayed.status, &replayed.body["data"]), (400, &json!("请求已过期")));
    let mut statuses = Vec::new();
    for number in 0..6 {
        let node = if number % 2 == 0 { &nodes.first } else { &nodes.second };
        let name = format!("alice_{number}");
        let fields = [("username", name.as_str()), ("password", "hunter22")];
        let answer = signed(&node.url, DEVICE, "visitorregChat", &fields).await;
        statuses.push((answer.status, answer.retry_after.is_some()));
    }
    // The first launch took one call of five.
    let (granted, refused) = statuses.split_at(4);
    assert!(granted.iter().all(|answer| *answer == (200, false)), "{statuses:?}");
    assert!(refused.iter().all(|answer| *answer == (400, true)), "{statuses:?}");
}

async fn a_disable_is_seen_everywhere_at_once(sql: &SqlServer, redis: &RedisServer) {
    let nodes = Nodes::on(sql, redis).await;
    let admin = nodes.administrator().await;
    let user = signed(&nodes.first.url, DEVICE, "visitorregChat", &ALICE).await;
    let id = UserId(user.body["data"]["id"].as_i64().expect("an id"));
    let mut delays = Vec::new();
    for _ in 0..200 {
        let token = post(&nodes.second.url, "loginChat", &ALICE, &[]).await.token();
        assert_eq!(search(&nodes.first.url, &token).await.status, 200);
        admin
            .toggle_status
            .set(operator(), id, StatusCommand::now(Status::Disabled))
            .await
            .expect("disabled");
        delays.push(refused(&nodes.first.url, &token).await);
        admin.toggle_status.set(operator(), id, StatusCommand::now(Status::Enabled)).await.expect("enabled");
    }
    delays.sort();
    let engines = format!("{} and {}", sql.name(), redis.name());
    let (p50, p99) = (delays[delays.len() / 2], delays[delays.len() * 99 / 100]);
    // Not through println, which the test harness captures.
    let said = format!("disabled, and refused by another node over {engines}: p50 {p50:?}, p99 {p99:?}\n");
    std::io::stderr().write_all(said.as_bytes()).expect("a place to say it");
}

/// The node that makes the change cannot end the sessions; the others do it for it.
async fn a_disable_by_a_node_without_redis_is_seen(sql: &SqlServer, redis: &RedisServer) {
    let nodes = Nodes::on(sql, redis).await;
    let user = signed(&nodes.first.url, DEVICE, "visitorregChat", &ALICE).await;
    let id = UserId(user.body["data"]["id"].as_i64().expect("an id"));
    assert_eq!(search(&nodes.second.url, &user.token()).await.status, 200);
    let cut_off = nodes.administrator_with("redis://127.0.0.1:1").await;
    cut_off.toggle_status.set(operator(), id, StatusCommand::now(Status::Disabled)).await.expect("disabled");
    refused(&nodes.second.url, &user.token()).await;
}

async fn what_a_killed_node_answered_is_there(sql: &SqlServer, redis: &RedisServer) {
    let nodes = Nodes::on(sql, redis).await;
    let user = signed(&nodes.first.url, DEVICE, "visitorregChat", &ALICE).await;
    let Nodes { first, second, .. } = nodes;
    first.kill();
    assert_eq!(search(&second.url, &user.token()).await.status, 200);
    let again = post(&second.url, "loginChat", &ALICE, &[]).await;
    assert_eq!(again.body["data"]["uuid"], user.body["data"]["uuid"]);
}

macro_rules! journeys {
    ($($engine:ident: $sql:ident with $redis:ident),+; $journeys:tt) => {
        $(mod $engine {
            use crate::support::engines::{$redis, $sql};
            journeys!(@each $sql $redis $journeys);
        })+
    };
    (@each $sql:ident $redis:ident [$($journey:ident),+ $(,)?]) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $journey() {
            super::$journey(&$sql, &$redis).await;
        })+
    };
}

journeys!(
    postgres: POSTGRES with REDIS,
    postgres_redis_cluster: POSTGRES with REDIS_CLUSTER,
    mysql: MYSQL with REDIS,
    mariadb: MARIADB with VALKEY;
    [
        a_session_made_on_one_is_good_on_the_other,
        limits_and_used_signatures_are_shared,
        a_disable_is_seen_everywhere_at_once,
        a_disable_by_a_node_without_redis_is_seen,
        what_a_killed_node_answered_is_there,
    ]
);
