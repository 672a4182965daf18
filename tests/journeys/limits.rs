//! Floods, over loopback and of a bounded count: what they do to all other clients.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::{Reply, post, sign};
use super::program::{Installation, Server};

const ALICE: [(&str, &str); 2] = [("username", "alice_01"), ("password", "hunter22")];
const OWNER: [(&str, &str); 2] = [("username", "ann"), ("password", "correct horse")];

/// A server with limits that believes what is said about where calls come from.
fn limited(installation: &Installation, environment: &[(&str, &str)]) -> Server {
    let mut command = installation.command(&[]);
    command.env_remove("USHER_LIMITS__PER_ADDRESS").env("USHER_HTTP__TRUSTED_PROXIES", "127.0.0.0/8");
    Server::start({
        command.envs(environment.iter().copied());
        command
    })
}

fn device(number: usize) -> String {
    format!("{number:08x}-bf16-5425-adbc-d12f49cfa332")
}

/// A signed call as one line after the other.
fn launch(number: usize, from: &str) -> String {
    let device = device(number);
    let (signature, timestamp) = sign(&device);
    let body = format!("deviceId={device}&timestamp={timestamp}");
    let mut request = String::new();
    write!(
        request,
        "POST /api/visitorRegister HTTP/1.1\r\nhost: usher\r\nx-forwarded-for: {from}\r\nx-security-sign: \
         {signature}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("a text");
    request
}

/// Sends all of it on one connection without waiting; how many answers there were of each status.
async fn flood(server: &Server, requests: Vec<String>) -> [usize; 3] {
    let count = requests.len();
    let stream = TcpStream::connect(server.url.trim_start_matches("http://")).await.expect("a connection");
    let (mut reading, mut writing) = stream.into_split();
    let sending = tokio::spawn(async move {
        for request in requests {
            writing.write_all(request.as_bytes()).await.expect("sent");
        }
        writing
    });
    let (mut text, mut buffer) = (String::new(), vec![0; 1 << 16]);
    let statuses =
        |text: &str| ["200", "400", "503"].map(|it| text.matches(&format!("HTTP/1.1 {it}")).count());
    while statuses(&text).iter().sum::<usize>() < count {
        let read = tokio::time::timeout(Duration::from_mins(1), reading.read(&mut buffer)).await;
        let read = read.expect("an answer in time").expect("an answer");
        assert!(read > 0, "it hung up after {:?}", statuses(&text));
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    drop(sending.await);
    statuses(&text)
}

async fn visit(server: &Server, number: usize, from: &str) -> Reply {
    let device = device(number);
    let (signature, timestamp) = sign(&device);
    let fields = [("deviceId", device.as_str()), ("timestamp", timestamp.as_str())];
    let headers = [("X-Security-Sign", signature.as_str()), ("X-Forwarded-For", from)];
    let answer = post(&server.url, "visitorRegister", &fields, &headers).await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    answer
}

async fn log_in(server: &Server, credentials: &[(&str, &str)], from: &str) -> Reply {
    post(&server.url, "loginChat", credentials, &[("X-Forwarded-For", from)]).await
}

/// The status of an administrator's login.
async fn administrate(url: &str, fields: &[(&str, &str)], from: &str) -> u16 {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = client.timeout(Duration::from_mins(1)).build().expect("a client");
    let request = client.post(format!("{url}/admin/login")).header("x-forwarded-for", from).form(fields);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_client_with_the_public_salt_stops_no_other() {
    let installation = Installation::new();
    let server = limited(&installation, &[("USHER_LIMITS__PER_ADDRESS", "20/1h")]);
    let here = "203.0.113.9";
    let known = visit(&server, 0, here).await;
    assert_eq!(known.status, 200);
    let requests = (1..=2_000).map(|number| launch(number, here)).collect();
    let [granted, refused, failed] = flood(&server, requests).await;
    assert_eq!((granted, refused, failed), (19, 1_981, 0));
    // Those who were there before come back, from the very same address, and newcomers come from elsewhere.
    let again = visit(&server, 0, here).await;
    assert_eq!((again.status, &again.body["data"]["uuid"]), (200, &known.body["data"]["uuid"]));
    assert_eq!(visit(&server, 3_000, "198.51.100.1").await.status, 200);
    let late = visit(&server, 3_001, here).await;
    assert_eq!((late.status, late.retry_after.is_some()), (400, true));
    let log = server.log();
    assert!(!log.contains("\"level\":\"ERROR\"") && !log.contains("ERROR"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_from_one_site_keeps_neither_administrators_nor_users_out() {
    let installation = Installation::new();
    assert!(installation.told(&["admin", "create", "ann"], "correct horse\n").status.success());
    // Enough work for a queue, also where nothing is optimised, and few places in it.
    let cost = [("USHER_PASSWORDS__MEMORY_KIB", "256"), ("USHER_PASSWORDS__WAITING", "16")];
    let server = limited(&installation, &cost);
    let home = "198.51.100.1";
    assert_eq!(post(&server.url, "regChat", &ALICE, &[("X-Forwarded-For", home)]).await.status, 200);
    let over = Arc::new(AtomicBool::new(false));
    let storm: Vec<_> = (0..80).map(|number| storming(&server.url, number, &over)).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    for attempt in 0..3 {
        assert_eq!(administrate(&server.url, &OWNER, "192.0.2.1").await, 303, "attempt {attempt}");
        assert_eq!(log_in(&server, &ALICE, home).await.status, 200, "attempt {attempt}");
        // Nor those who are nowhere known.
        assert_eq!(log_in(&server, &ALICE, "192.0.2.1").await.status, 200, "attempt {attempt}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    over.store(true, Ordering::Relaxed);
    let mut turned_away = 0;
    for one in storm {
        turned_away += one.await.expect("a storm");
    }
    assert!(turned_away > 0, "the storm never filled the queues");
}

/// Logs in as others from a /64 of its own in one /48, as users and as administrators, until it is over; how often it
/// was turned away because too many waited.
fn storming(url: &str, number: usize, over: &Arc<AtomicBool>) -> tokio::task::JoinHandle<usize> {
    let (url, over) = (url.to_owned(), Arc::clone(over));
    tokio::spawn(async move {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let route = if number.is_multiple_of(2) { "api/loginChat" } else { "admin/login" };
        let mut busy = 0;
        for call in 0..200 {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("name_{number}_{call}");
            let fields = [("username", name.as_str()), ("password", "wrong horse")];
            let from = format!("2001:db8:1:{number:x}::1");
            let request = client.post(format!("{url}/{route}")).header("x-forwarded-for", from).form(&fields);
            if let Ok(answer) = request.send().await {
                busy += usize::from(answer.status().as_u16() == 503);
            }
        }
        busy
    })
}

#[tokio::test]
async fn wrong_logins_lock_nobody_out_elsewhere() {
    let installation = Installation::new();
    assert!(installation.told(&["admin", "create", "ann"], "correct horse\n").status.success());
    let server = limited(&installation, &[]);
    let registered = post(&server.url, "regChat", &ALICE, &[("X-Forwarded-For", "198.51.100.1")]).await;
    assert_eq!(registered.status, 200);
    let mut statuses = Vec::new();
    for number in 0..25 {
        let from = format!("203.0.113.{number}");
        log_in(&server, &[ALICE[0], ("password", "wrong horse")], &from).await;
        statuses.push(administrate(&server.url, &[OWNER[0], ("password", "wrong horse")], &from).await);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 15, "{statuses:?}");
    assert_eq!(log_in(&server, &ALICE, "203.0.113.200").await.status, 400);
    assert_eq!(log_in(&server, &ALICE, "192.0.2.1").await.status, 200);
    assert_eq!(administrate(&server.url, &OWNER, "203.0.113.200").await, 429);
    assert_eq!(administrate(&server.url, &OWNER, "192.0.2.1").await, 303);
}

/// As tools find them: every line of the section, in one form, and each can be disabled.
#[test]
fn every_limit_is_shown_and_can_be_disabled() {
    let installation = Installation::new();
    let limits = |shown: &str| -> Vec<(String, String)> {
        let section = shown.lines().skip_while(|line| *line != "[limits]").skip(1);
        let lines = section.take_while(|line| !line.starts_with('[') && !line.is_empty());
        lines
            .map(|line| line.split_once(" = ").expect("a line"))
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    };
    let mut shown = installation.command(&["config", "show"]);
    shown.env_remove("USHER_LIMITS__PER_ADDRESS");
    let shown = String::from_utf8(shown.output().expect("the program").stdout).expect("text");
    let found = limits(&shown);
    assert_eq!(found.len(), 16, "{found:?}");
    for (key, value) in &found {
        let (calls, period) = value.trim_matches('"').split_once('/').expect("a quota");
        assert!(calls.parse::<u32>().is_ok() && period.ends_with(['s', 'm', 'h', 'd']), "{key} = {value}");
    }
    let mut off = installation.command(&["config", "show"]);
    off.envs(found.iter().map(|(key, _)| (format!("USHER_LIMITS__{}", key.to_uppercase()), "off")));
    let shown = String::from_utf8(off.output().expect("the program").stdout).expect("text");
    assert!(limits(&shown).iter().all(|(_, value)| value == "\"off\""), "{shown}");
}
