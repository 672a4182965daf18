//! How long an administrator waits, measured over HTTP: `cargo bench --bench admin`. A number behind `--` is how many users
//! there are: a million, if none is given.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it prints rounded figures, and a failure ends it"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

/// Each third is registered.
const PEOPLE: &str = "
    INSERT INTO users (uuid, username, username_key, nickname, nickname_key, password_hash, role, registered_at,
                       last_login_at, updated_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < COUNT)
    SELECT randomblob(16), name, lower(name), nickname, lower(nickname), CASE n % 3 WHEN 0 THEN '$argon2id$' END,
           CASE n % 3 WHEN 0 THEN 'user' ELSE 'visitor' END, 0, (n * 7919) % COUNT * 1000, 0
    FROM (SELECT n, printf('Nick %d', n % 1000) AS nickname, CASE n % 3 WHEN 0 THEN printf('%s_%x',
              CASE n % 5 WHEN 0 THEN 'anna' WHEN 1 THEN 'bob' WHEN 2 THEN 'xiaoming' WHEN 3 THEN 'liuyang' ELSE 'emma' END, n)
          ELSE printf('VIS%08x', n) END AS name FROM numbers)";

/// One of a thousand is of a rare platform.
const DEVICES: &str = "
    INSERT INTO devices (id, user_id, platform, first_seen_at, last_seen_at)
    SELECT printf('%08x-0000-4000-8000-000000000000', id), id, CASE id % 1000 WHEN 0 THEN 'kiosk' ELSE 'app' END, 0, 0
    FROM users";

fn usher(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command
        .args(arguments)
        .env("USHER_DATA_DIR", data)
        .env("USHER_HTTP__LISTEN", "127.0.0.1:0")
        .env("USHER_LOG__FILTER", "usher=info,warn");
    command
}

fn serve(data: &Path) -> (Child, String) {
    let mut child = usher(data, &[]).stderr(Stdio::piped()).spawn().expect("the program");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let url = loop {
        let said: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
        if let Some(address) = said["address"].as_str() {
            break format!("http://{address}");
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    (child, url)
}

/// Calls it again and again, and prints how long it takes.
async fn measure(what: &str, call: impl Fn(usize) -> RequestBuilder) {
    let mut took = Vec::new();
    for number in 0..200 {
        let begun = Instant::now();
        let answer = call(number).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.bytes().await.expect("a page");
        took.push(begun.elapsed());
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!("{what:<52} median {:>7.1} ms   95 % {:>7.1} ms", at(0.5), at(0.95));
}

/// Makes an administrator, and these users.
async fn fill(data: &Path, count: u64) {
    assert!(usher(data, &["migrate"]).stdout(Stdio::null()).status().expect("the program").success());
    let file = SqliteConnectOptions::new().filename(data.join("usher.db"));
    let mut database = file.connect().await.expect("the database");
    let people = PEOPLE.replace("COUNT", &count.to_string());
    database.execute(AssertSqlSafe(people)).await.expect("people");
    database.execute(DEVICES).await.expect("devices");
    database.execute("INSERT INTO profiles (user_id) SELECT id FROM users").await.expect("profiles");
    database.close().await.expect("an end");
    let mut create = usher(data, &["admin", "create", "ann", "--role", "owner"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program");
    create.stdin.take().expect("a pipe").write_all(b"correct horse\n").expect("a reader");
    assert!(create.wait().expect("an end").success());
}

/// Logs in, and returns the session's cookie.
async fn log_in(client: &Client, url: &str) -> String {
    let fields = [("username", "ann"), ("password", "correct horse")];
    let come = client.post(format!("{url}/admin/login")).form(&fields).send().await.expect("an answer");
    let cookie = come.headers()["set-cookie"].to_str().expect("text");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// The pages that are measured.
const PAGES: [&str; 29] = [
    "users",
    "users?after=500000",
    "users?after=100",
    "users?role=user",
    "users?state=disabled",
    "users?role=visitor&state=disabled",
    "users?q=anna",
    "users?q=an",
    "users?q=a",
    "users?q=xiaoming_7",
    "users?q=zzzz",
    "users?q=anna&after=1000",
    "users?q=nick%20777",
    "users?q=nick",
    "users?q=0007a120-0000",
    "users?q=77777",
    "users?platform=app",
    "users?platform=kiosk",
    "users?platform=kiosk&role=user",
    "users?sort=last-login",
    "users?sort=last-login&after=1.500000000",
    "users?sort=last-login&state=disabled",
    "users?sort=username",
    "users?sort=username&q=anna",
    "users?state=deleted",
    "users/77777",
    "users?q=anna&state=disabled",
    "audit",
    "dashboard",
];

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs this, too; there is nothing to check, only to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let count: u64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let data = tempfile::tempdir_in(".").expect("a directory on the disk");
    fill(data.path(), count).await;
    let (mut server, url) = serve(data.path());
    let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("a client");
    let cookie = log_in(&client, &url).await;
    let get = |path: &str| client.get(format!("{url}/admin/{path}")).header("cookie", &cookie);
    println!("{count} users on SQLite");
    for path in PAGES {
        measure(&format!("/admin/{path}"), |_| get(path)).await;
    }
    let page = get("users").send().await.expect("an answer").text().await.expect("a page");
    let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.expect("a token").to_owned();
    measure("one click on the switch, until the row is there", |number| {
        let status = if number % 2 == 0 { "0" } else { "1" };
        client
            .post(format!("{url}/admin/users/{}/status", count - 1))
            .header("cookie", &cookie)
            .header("hx-request", "true")
            .form(&[("csrf", token.as_str()), ("enabled", status)])
    })
    .await;
    let _ = server.kill();
    let _ = server.wait();
}
