//! `compose.yaml` as it stands: two nodes behind a proxy, on the image that `Containerfile` makes.

use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use super::client::{Reply, post, refused, search, try_post};

const PROJECT: &str = "usher-test-compose";
const ALICE: [(&str, &str); 2] = [("username", "alice_01"), ("password", "hunter22")];

/// The containers, gone when dropped.
struct Deployment {
    port: u16,
}

impl Deployment {
    fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let deployment = Self { port: free.expect("a free port").port() };
        // What a run left that was killed.
        deployment.compose(&["down", "--volumes", "--timeout", "1"]);
        let folder = tempfile::tempdir().expect("a directory");
        std::fs::copy(env!("CARGO_BIN_EXE_usher"), folder.path().join("usher")).expect("a copy");
        let context = folder.path().to_str().expect("a path");
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Containerfile");
        docker(&["build", "--file", file, "--target", "prebuilt", "--tag", PROJECT, context]);
        deployment.compose(&["up", "--detach", "--no-build"]);
        deployment
    }

    /// The plugin of newer installations, or the program of older ones.
    fn command(&self) -> Command {
        let plugin = Command::new("docker").args(["compose", "version"]).output().expect("docker");
        let mut command = Command::new(if plugin.status.success() { "docker" } else { "docker-compose" });
        if plugin.status.success() {
            command.arg("compose");
        }
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("USHER_IMAGE", PROJECT)
            .env("USHER_PORT", self.port.to_string())
            .env("POSTGRES_PASSWORD", "a-password-of-this-test")
            .env("REDIS_PASSWORD", "another-password-of-this-test")
            .env("USHER_TOKENS__KEY", "a token key that all nodes of this test share")
            .env("USHER_SIGNING__SALTS", "a salt of this test")
            .args(["--project-name", PROJECT]);
        command
    }

    fn compose(&self, arguments: &[&str]) -> String {
        said(self.command().args(arguments).output().expect("docker compose"))
    }

    /// Runs something in a node, as an operator would.
    fn in_node(&self, node: &str, arguments: &[&str]) -> Output {
        self.command().args(["exec", "-T", node]).args(arguments).output().expect("docker compose")
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What docker says about the container of a service.
    fn inspect(&self, service: &str, format: &str) -> String {
        let id = self.compose(&["ps", "-q", service]);
        docker(&["inspect", "--format", format, id.trim()]).trim().to_owned()
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        let _ = self.command().args(["down", "--volumes", "--timeout", "1"]).output();
    }
}

fn docker(arguments: &[&str]) -> String {
    said(Command::new("docker").args(arguments).output().expect("docker"))
}

/// What a command said that succeeded.
fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A person registers as soon as a node is there: the proxy answers before the nodes do.
async fn registered(deployment: &Deployment) -> Reply {
    let url = deployment.url();
    let begun = Instant::now();
    let spoofed = [("X-Forwarded-For", "198.51.100.9")];
    let alice = loop {
        if let Some(answer) = try_post(&url, "regChat", &ALICE, &spoofed).await
            && answer.status == 200
        {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{}", deployment.compose(&["logs"]));
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    // Limits count the client's address: neither the proxy's nor what the client says.
    let proxy = deployment.inspect("proxy", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    let counted = alice.body["data"]["register_ip"].as_str().expect("an address");
    assert!(counted != proxy && counted != spoofed[0].1, "{counted}");
    alice
}

/// Redis accepts Usher and nobody else, and from Usher its own keys only.
fn redis_refuses_everything_else(deployment: &Deployment) {
    let redis = |arguments: &[&str], password: &str| {
        let mut command = deployment.command();
        command.args(["exec", "-T", "-e", &format!("REDISCLI_AUTH={password}"), "redis", "redis-cli"]);
        said(command.args(arguments).output().expect("docker compose"))
    };
    let right = "another-password-of-this-test";
    for (arguments, password, refused) in [
        (&["--user", "default", "ping"][..], "", "NOAUTH"),
        (&["--user", "usher", "ping"], "wrong", "NOAUTH"),
        (&["--user", "usher", "get", "elsewhere"], right, "NOPERM"),
        (&["--user", "usher", "flushall"], right, "NOPERM"),
        (&["--user", "usher", "config", "get", "*"], right, "NOPERM"),
    ] {
        let answer = redis(arguments, password);
        assert!(answer.contains(refused), "{arguments:?}: {answer}");
    }
}

/// The program runs as a user of its own, who can write nowhere.
fn a_node_has_no_rights(deployment: &Deployment) {
    assert_eq!(
        deployment.inspect("usher-1", "{{.HostConfig.ReadonlyRootfs}} {{.Config.User}}"),
        "true 10001:10001"
    );
    assert_eq!(said(deployment.in_node("usher-1", &["id", "-u"])), "10001\n");
    for file in ["/tmp/file", "/var/lib/usher/file"] {
        assert!(!deployment.in_node("usher-1", &["touch", file]).status.success(), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_behind_a_proxy() {
    let deployment = Deployment::start();
    let url = deployment.url();
    let alice = registered(&deployment).await;

    // Both nodes are asked, and both know the session.
    for _ in 0..4 {
        assert_eq!(search(&url, &alice.token()).await.status, 200);
    }
    for node in ["usher-1", "usher-2"] {
        assert!(deployment.compose(&["logs", node]).contains("/api/chat/searchUser"), "{node}");
    }
    redis_refuses_everything_else(&deployment);
    a_node_has_no_rights(&deployment);
    let watched = reqwest::Client::builder().no_proxy().build().expect("a client");
    let health = watched.get(format!("{url}/readyz")).send().await.expect("an answer");
    assert_eq!(health.status(), 404, "for who watches the nodes, not for strangers");

    // An operator on one node; refused by both.
    said(deployment.in_node("usher-1", &["usher", "user", "disable", "alice_01"]));
    refused(&url, &alice.token()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..4 {
        assert_eq!(search(&url, &alice.token()).await.status, 400);
    }
    said(deployment.in_node("usher-2", &["usher", "user", "enable", "alice_01"]));

    // One node is stopped: nobody is turned away.
    deployment.compose(&["stop", "usher-1"]);
    for _ in 0..10 {
        let answer = post(&url, "loginChat", &ALICE, &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
