//! What two nodes rest on goes away under load and comes back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::client::{Reply, refused, search, signed};
use super::nodes::Nodes;
use crate::support::engines::{MYSQL, Own, POSTGRES, REDIS, SqlServer, TestDatabase};
use crate::support::{FaultProxy, State};

/// Devices that come for the first time, one after the other and several at once, at both nodes.
struct Load {
    ended: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<Vec<(String, Reply)>>>,
}

impl Load {
    fn on(nodes: &Nodes) -> Self {
        let (ended, devices) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let urls = [nodes.first.url.clone(), nodes.second.url.clone()];
        let visit = |url: String| {
            let (ended, devices) = (Arc::clone(&ended), Arc::clone(&devices));
            tokio::spawn(async move {
                let mut answers = Vec::new();
                while !ended.load(Ordering::SeqCst) {
                    let number = devices.fetch_add(1, Ordering::SeqCst);
                    let device = format!("{number:08x}-bf16-5425-adbc-d12f49cfa332");
                    let answer = signed(&url, &device, "visitorRegister", &[]).await;
                    answers.push((device, answer));
                }
                answers
            })
        };
        let tasks = urls.iter().cycle().take(6).cloned().map(visit).collect();
        Self { ended, tasks }
    }

    async fn end(self) -> Vec<(String, Reply)> {
        self.ended.store(true, Ordering::SeqCst);
        let mut answers = Vec::new();
        for task in self.tasks {
            answers.extend(task.await.expect("no panic"));
        }
        answers
    }
}

/// Stops it under load, lets it be away for a while, and starts it again.
async fn outage(nodes: &Nodes, of: &Own) -> Vec<(String, Reply)> {
    let load = Load::on(nodes);
    tokio::time::sleep(Duration::from_secs(1)).await;
    of.stop().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    of.start().await;
    let begun = Instant::now();
    for url in [&nodes.first.url, &nodes.second.url] {
        while signed(url, "00000000-0000-0000-0000-000000000000", "visitorRegister", &[]).await.status != 200
        {
            assert!(begun.elapsed() < Duration::from_mins(1), "the service does not come back");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    load.end().await
}

/// Every account that was acknowledged is there as it was, and every other call was told to come back.
async fn nothing_acknowledged_is_lost(nodes: &Nodes, answers: Vec<(String, Reply)>) {
    let mut ids = HashMap::new();
    let mut turned_away = 0;
    for (device, answer) in answers {
        match answer.status {
            200 => drop(ids.insert(device, answer.body["data"]["id"].clone())),
            503 => {
                assert!(answer.retry_after.is_some(), "{answer:?}");
                turned_away += 1;
            }
            _ => panic!("neither served nor turned away: {answer:?}"),
        }
    }
    assert!(ids.len() > 20 && turned_away > 0, "{} served, {turned_away} turned away", ids.len());
    for (device, id) in ids {
        let again = signed(&nodes.second.url, &device, "visitorRegister", &[]).await;
        assert_eq!((again.status, &again.body["data"]["id"]), (200, &id), "{device}");
    }
}

async fn the_database_restarts_under_load(sql: &SqlServer) {
    let (server, database) = sql.alone().await;
    REDIS.options().await;
    let nodes = Nodes::start(&database, REDIS.url(), false);
    let answers = outage(&nodes, &server).await;
    nothing_acknowledged_is_lost(&nodes, answers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_restarts_under_load() {
    the_database_restarts_under_load(&POSTGRES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_restarts_under_load() {
    the_database_restarts_under_load(&MYSQL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_restarts_under_load() {
    let (server, redis) = REDIS.alone().await;
    let nodes = Nodes::start(&POSTGRES.database().await, &redis, false);
    let known = signed(
        &nodes.first.url,
        "11111111-0000-0000-0000-000000000000",
        "visitorregChat",
        &[("username", "alice_01"), ("password", "hunter22")],
    )
    .await;
    assert_eq!(search(&nodes.second.url, &known.token()).await.status, 200);
    let answers = outage(&nodes, &server).await;
    nothing_acknowledged_is_lost(&nodes, answers).await;
    // Its sessions are still there, because it keeps them on its disk.
    assert_eq!(search(&nodes.second.url, &known.token()).await.status, 200);
}

/// As it was before a user was disabled: what it had been told since is gone, and it has to be told again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_restarts_from_an_old_snapshot() {
    let (server, redis) = REDIS.forgetful().await;
    let nodes = Nodes::start(&POSTGRES.database().await, &redis, false);
    let token = signed(
        &nodes.first.url,
        "11111111-0000-0000-0000-000000000000",
        "visitorregChat",
        &[("username", "alice_01"), ("password", "hunter22")],
    )
    .await
    .token();
    // A round of each node, which notes in Redis how far it was told.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let client = deadpool_redis::redis::Client::open(redis.as_str()).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let () = deadpool_redis::redis::cmd("SAVE").query_async(&mut connection).await.expect("a snapshot");
    assert_eq!(search(&nodes.second.url, &token).await.status, 200);
    nodes.disable("alice_01");
    refused(&nodes.second.url, &token).await;
    // A round of each node, which confirms it: it is not pending when the snapshot is loaded.
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.stop().await;
    server.start().await;
    let begun = Instant::now();
    let loaded = loop {
        let mut info = deadpool_redis::redis::cmd("INFO");
        if let Ok(mut again) = client.get_multiplexed_async_connection().await
            && let Ok(said) = info.arg("persistence").query_async::<String>(&mut again).await
        {
            break said;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "Redis does not come back");
    };
    assert!(!loaded.contains("rdb_last_load_keys_loaded:0\r"), "{loaded}");
    // The session is there again, for as long as it takes the nodes to notice; then it stays away.
    let mut in_a_row = 0;
    while in_a_row < 20 {
        let status = search(&nodes.second.url, &token).await.status;
        in_a_row = if status == 400 { in_a_row + 1 } else { 0 };
        assert!(begun.elapsed() < Duration::from_secs(20), "it stays: {status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Between the proxy and its server nothing arrives any more, and no error either.
async fn silence(nodes: &Nodes, proxy: &FaultProxy, store: &str) {
    let visit = async |device: u32| {
        let device = format!("{device:08x}-bf16-5425-adbc-d12f49cfa332");
        signed(&nodes.first.url, &device, "visitorRegister", &[]).await
    };
    assert_eq!(visit(1).await.status, 200);
    proxy.set(State::Silent);
    let begun = Instant::now();
    for device in 2..5 {
        let answer = visit(device).await;
        assert_eq!((answer.status, answer.retry_after.is_some()), (503, true), "{answer:?}");
    }
    // Each is refused after the two seconds that a node of these tests waits, and well before it would be for good.
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    proxy.set(State::Whole);
    while visit(5).await.status != 200 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the service does not come back");
    }
    let log = nodes.first.log_with(&format!("{store} works again")).await;
    assert_eq!(log.matches("\"level\":\"ERROR\"").count(), 1, "not one line for the outage: {log}");
    assert!(log.contains(&format!("{store} fails")), "{log}");
}

async fn the_database_falls_silent(sql: &SqlServer) {
    let database = sql.database().await;
    let server = database.url.split_once('@').expect("a login").1;
    let server = server.split_once('/').expect("a name").0;
    let proxy = FaultProxy::to(server).await;
    let over_proxy = TestDatabase { url: database.url.replace(server, &proxy.address) };
    REDIS.options().await;
    silence(&Nodes::start(&over_proxy, REDIS.url(), false), &proxy, "the database").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_falls_silent() {
    the_database_falls_silent(&POSTGRES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_falls_silent() {
    the_database_falls_silent(&MYSQL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_falls_silent() {
    let database = POSTGRES.database().await;
    REDIS.options().await;
    let proxy = FaultProxy::to(REDIS.address()).await;
    silence(&Nodes::start(&database, &format!("redis://{}", proxy.address), false), &proxy, "Redis").await;
}
