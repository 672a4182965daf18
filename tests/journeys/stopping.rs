//! From the signal to the end.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::program::{Installation, Server};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    stream
}

/// Sends a request and reads its answer, which is short.
fn ask(stream: &mut TcpStream, path: &str) -> String {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: usher\r\n\r\n").as_bytes()).expect("written");
    let mut answer = [0; 4_096];
    let length = stream.read(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

/// Half of a request that ends with `rest`.
const HALF: &str = "POST /api/loginChat HTTP/1.1\r\nhost: usher\r\n\
                    content-type: application/x-www-form-urlencoded\r\ncontent-length: 35\r\n\r\nusername=alice_01";
const REST: &str = "&password=hunter22";

fn draining(installation: &Installation, drain: &str) -> Server {
    let mut command = installation.command(&[]);
    command.env("USHER_HTTP__DRAIN", drain);
    Server::start(command)
}

#[tokio::test]
async fn it_says_so_serves_on_closes_its_door_and_finishes() {
    let installation = Installation::new();
    let server = draining(&installation, "2s");
    let (mut idle, mut running) = (connect(&server), connect(&server));
    assert!(ask(&mut idle, "/readyz").starts_with("HTTP/1.1 200"));
    server.signal("TERM");
    server.log_with("running requests may finish").await;
    let ready = ask(&mut connect(&server), "/readyz");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("connection: close"), "{ready}");
    let alive = ask(&mut idle, "/healthz");
    assert!(alive.starts_with("HTTP/1.1 200") && alive.contains("connection: close"), "{alive}");
    assert_eq!(idle.read(&mut [0; 10]).expect("an end"), 0);
    running.write_all(HALF.as_bytes()).expect("written");
    let begun = Instant::now();
    let refused = loop {
        match TcpStream::connect(server.address()) {
            Ok(_) => assert!(begun.elapsed() < Duration::from_secs(10), "the door is open"),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    running.write_all(REST.as_bytes()).expect("written");
    let mut answer = String::new();
    running.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("账号不存在或者被禁用") && answer.contains("connection: close"), "{answer}");
    assert!(server.ended());
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_end() {
    let installation = Installation::new();
    let server = draining(&installation, "0s");
    let (mut idle, fresh, mut half) = (connect(&server), connect(&server), connect(&server));
    ask(&mut idle, "/healthz");
    half.write_all(b"GET /healthz HTTP/1.1\r\nx: ").expect("written");
    let (clean, took) = server.stop();
    assert!(clean && took < Duration::from_secs(8), "{took:?}");
    assert_eq!(idle.read(&mut [0; 10]).expect("an end"), 0);
    drop(fresh);
}

#[tokio::test]
async fn another_signal_skips_the_waits() {
    let installation = Installation::new();
    let server = draining(&installation, "1h");
    let mut running = connect(&server);
    running.write_all(HALF.as_bytes()).expect("written");
    server.signal("TERM");
    server.log_with("running requests may finish").await;
    server.signal("TERM");
    while TcpStream::connect(server.address()).is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.signal("INT");
    assert!(server.ended());
}
