//! What README states about speed and size, measured: `cargo bench --bench load`.
//!
//! Starts the release build on a directory of its own and calls it over loopback from this process, so client and server
//! share the machine. Every figure is printed with what it counts. `USHER_DATABASE__URL`, an empty database, and
//! `USHER_REDIS__URL` with `USHER_TOKENS__KEY` measure it over these.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use usher_crypto::SaltedSignatures;
use usher_domain::SignedClaim;
use usher_ports::outbound::Clock as _;

const SALT: &str = "a salt for measuring";

/// The name of every limit there is.
fn limits() -> Vec<String> {
    let shown =
        Command::new(env!("CARGO_BIN_EXE_usher")).args(["config", "show"]).output().expect("the program");
    let shown = String::from_utf8(shown.stdout).expect("text");
    let section = shown.lines().skip_while(|line| *line != "[limits]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
}

struct Server {
    child: Child,
    url: String,
    started_in: Duration,
}

impl Server {
    fn start(data: &Path, durability: &str) -> Self {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .env("USHER_DATA_DIR", data)
            .env("USHER_HTTP__LISTEN", "127.0.0.1:0")
            .env("USHER_SIGNING__SALTS", SALT)
            .env("USHER_DATABASE__DURABILITY", durability)
            .env("USHER_LOG__FILTER", "usher=info,warn")
            .envs(limits().iter().map(|limit| (format!("USHER_LIMITS__{}", limit.to_uppercase()), "off")))
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let url = loop {
            let said: Value =
                serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
            if let Some(address) = said["address"].as_str() {
                break format!("http://{address}");
            }
        };
        let started_in = begun.elapsed();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url, started_in }
    }

    /// Resident memory, in MiB.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        line.split_whitespace().nth(1).expect("a number").parse::<f64>().expect("KiB") / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Caller {
    client: Client,
    url: String,
    signatures: SaltedSignatures,
    number: AtomicU64,
}

impl Caller {
    fn of(server: &Server) -> Arc<Self> {
        Arc::new(Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            url: server.url.clone(),
            signatures: SaltedSignatures::new([SALT.to_owned()]),
            number: AtomicU64::new(0),
        })
    }

    async fn first_launch(&self) -> Value {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let device = format!("{number:08x}-0000-0000-0000-000000000000");
        let at = usher::system::SystemClock.now();
        let signature = self.signatures.sign(&SignedClaim { device: device.clone(), at }).expect("a salt");
        let fields = [("deviceId", device), ("timestamp", at.as_millis().to_string())];
        self.post("visitorRegister", &fields, &[("x-security-sign", &signature.to_string())]).await
    }

    async fn post(&self, route: &str, fields: &[(&str, String)], headers: &[(&str, &str)]) -> Value {
        let mut request = self.client.post(format!("{}/api/{route}", self.url)).form(fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["msg"], "ok", "{answer}");
        answer
    }
}

/// Calls `total` times, `tasks` at a time, and prints the rate and how long calls took.
async fn measure<F: Future<Output = Value> + Send + 'static>(
    what: &str,
    total: usize,
    tasks: usize,
    call: impl Fn() -> F + Clone + Send + 'static,
) {
    let begun = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let call = call.clone();
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(total / tasks);
                for _ in 0..total / tasks {
                    let begun = Instant::now();
                    call().await;
                    took.push(begun.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in running {
        took.extend(task.await.expect("no panic"));
    }
    let rate = took.len() as f64 / begun.elapsed().as_secs_f64();
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!("{what:<46} {rate:>8.0}/s   p50 {:>6.2} ms   p99 {:>6.2} ms", at(0.5), at(0.99));
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this, too; there is nothing to check, only to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_usher")).expect("the program").len();
    println!("{:<46} {:>8.1} MB", "size of the program", size as f64 / 1e6);
    let data = tempfile::tempdir().expect("a directory");
    println!(
        "{:<46} {:>8.0} ms",
        "first start",
        Server::start(data.path(), "full").started_in.as_secs_f64() * 1e3
    );
    let server = Server::start(data.path(), "full");
    println!("{:<46} {:>8.0} ms", "start", server.started_in.as_secs_f64() * 1e3);
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("{:<46} {:>8.1} MiB", "memory when idle", server.memory());
    drop(server);
    // Another database than SQLite has a durability of its own.
    let durabilities: &[&str] =
        if std::env::var_os("USHER_DATABASE__URL").is_some() { &["full"] } else { &["full", "relaxed"] };
    for durability in durabilities {
        run(durability).await;
    }
}

async fn run(durability: &str) {
    let data = tempfile::tempdir_in(".").expect("a directory on the disk");
    let server = Server::start(data.path(), durability);
    let caller = Caller::of(&server);
    let launch = Arc::clone(&caller);
    measure(&format!("first launches, {durability}, 64 at a time"), 6_400, 64, move || {
        let caller = Arc::clone(&launch);
        async move { caller.first_launch().await }
    })
    .await;
    let register = |name: &str| vec![("username", name.to_owned()), ("password", "hunter22".to_owned())];
    let user = caller.post("regChat", &register("alice_01"), &[]).await;
    let token: Arc<str> = user["data"]["token"].as_str().expect("a token").into();
    for (what, keyword) in
        [("session check and search, 5 characters", "alice"), ("session check and search, 2", "al")]
    {
        let (caller, token) = (Arc::clone(&caller), Arc::clone(&token));
        measure(&format!("{what}, 64 at a time"), 12_800, 64, move || {
            let (caller, token) = (Arc::clone(&caller), Arc::clone(&token));
            async move {
                caller.post("chat/searchUser", &[("keyword", keyword.to_owned())], &[("token", &token)]).await
            }
        })
        .await;
    }
    let fields = register("alice_01");
    measure("logins, 8 at a time", 240, 8, move || {
        let (caller, fields) = (Arc::clone(&caller), fields.clone());
        async move { caller.post("loginChat", &fields, &[]).await }
    })
    .await;
    println!("{:<46} {:>8.1} MiB", format!("memory afterwards, {durability}"), server.memory());
}
