//! What connections can do to a server that they do not use as they should.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::program::{Installation, Server};

/// A request by hand, on a connection of its own: the status, and the whole answer.
fn ask(server: &Server, head: &str) -> (u16, String) {
    let mut stream = connect(server);
    stream.write_all(head.as_bytes()).expect("written");
    read(&mut stream)
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    stream
}

/// Reads until the end, which a server that closes brings about.
fn read(stream: &mut TcpStream) -> (u16, String) {
    let mut answer = Vec::new();
    // What is there when the connection breaks counts.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

/// Whether the server has closed it. Nothing is to come before that.
fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    stream.set_read_timeout(Some(within)).expect("a socket");
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    }
}

const ALIVE: &str = "GET /healthz HTTP/1.1\r\nhost: usher\r\nconnection: close\r\n\r\n";

#[test]
fn idle_connections_refuse_no_other() {
    let installation = Installation::new();
    for opening in ["", "GET / HTTP/1.1\r\nx: ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let server = Server::start(installation.with_open_files(256));
        let flood: Vec<_> = (0..400)
            .map(|_| {
                let mut stream = connect(&server);
                // It may be closed already.
                let _ = stream.write_all(opening.as_bytes());
                stream
            })
            .collect();
        for _ in 0..20 {
            assert_eq!(ask(&server, ALIVE).0, 200, "{opening:?}");
        }
        drop(flood);
    }
}

#[test]
fn connections_stalled_in_a_request_refuse_no_other() {
    let installation = Installation::new();
    let server = Server::start(installation.with_open_files(256));
    let half = "POST /api/regChat HTTP/1.1\r\nhost: usher\r\ncontent-length: 50000\r\n\r\nusername=";
    let flood: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = connect(&server);
            let _ = stream.write_all(half.as_bytes());
            stream
        })
        .collect();
    let begun = Instant::now();
    while ask(&server, ALIVE).0 != 200 {
        assert!(begun.elapsed() < Duration::from_secs(5), "nobody gets in");
    }
    drop(flood);
}

#[test]
fn active_connections_are_not_closed_for_new_ones() {
    let installation = Installation::new();
    let mut command = installation.command(&[]);
    command.env("USHER_HTTP__MAX_CONNECTIONS", "8").env("USHER_HTTP__MAX_CONNECTIONS_PER_CLIENT", "4");
    let server = Server::start(command);
    let mut kept = connect(&server);
    let mut others = Vec::new();
    for _ in 0..20 {
        kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: usher\r\n\r\n").expect("still open");
        let mut answer = [0; 12];
        kept.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
        let mut rest = [0; 4_096];
        assert!(kept.read(&mut rest).expect("the rest") > 0);
        // It has just been used, so the others, which were not, make room.
        others.push(connect(&server));
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let mut open = 0;
    for other in &mut others {
        open += u32::from(!is_closed(other, Duration::from_millis(50)));
    }
    assert_eq!(open, 3);
}

fn impatient(installation: &Installation) -> Server {
    let mut command = installation.command(&[]);
    for deadline in ["HEAD", "BODY", "IDLE", "WRITE"] {
        command.env(format!("USHER_HTTP__{deadline}_TIMEOUT"), "1s");
    }
    Server::start(command)
}

#[test]
fn what_is_not_sent_in_time_is_not_waited_for() {
    let installation = Installation::new();
    let server = impatient(&installation);
    let half = "POST /api/regChat HTTP/1.1\r\nhost: usher\r\ncontent-length: 50000\r\n\r\n";
    for opening in ["", "GET /healthz HTTP/1.1\r\nx: ", half, "GET /healthz HTTP/1.1\r\nhost: usher\r\n\r\n"]
    {
        let mut stream = connect(&server);
        stream.write_all(opening.as_bytes()).expect("written");
        assert!(is_closed(&mut stream, Duration::from_secs(10)), "{opening:?}");
    }
    // A byte now and then is no head and no body either.
    for opening in ["GET /healthz HTTP/1.1\r\nx: ", half] {
        let mut stream = connect(&server);
        stream.write_all(opening.as_bytes()).expect("written");
        let begun = Instant::now();
        while stream.write_all(b"x").is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(15), "{opening:?}");
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_client_that_does_not_read_is_disconnected() {
    let installation = Installation::new();
    let server = impatient(&installation);
    let mut stream = connect(&server);
    stream.set_write_timeout(Some(Duration::from_millis(500))).expect("a socket");
    let request = "GET /healthz HTTP/1.1\r\nhost: usher\r\n\r\n".repeat(500);
    let begun = Instant::now();
    // Answers pile up until neither side takes anything, and then it is closed.
    loop {
        match stream.write_all(request.as_bytes()) {
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break,
            _ => assert!(begun.elapsed() < Duration::from_secs(30), "it is still open"),
        }
    }
    assert_eq!(ask(&server, ALIVE).0, 200);
}

#[test]
fn bodies_of_single_bytes_take_no_more_than_they_are() {
    let installation = Installation::new();
    let server = installation.serve();
    let before = server.resident();
    let head = "POST /api/regChat HTTP/1.1\r\nhost: usher\r\ntransfer-encoding: chunked\r\n\r\n";
    let pieces = "1\r\nx\r\n".repeat(90_000);
    let mut streams = Vec::new();
    for _ in 0..40 {
        let mut stream = connect(&server);
        stream.write_all(head.as_bytes()).expect("written");
        stream.write_all(pieces.as_bytes()).expect("written");
        streams.push(stream);
    }
    std::thread::park_timeout(Duration::from_millis(500));
    let grown = server.resident().saturating_sub(before);
    assert!(grown < 40 * 1_024, "{grown} KiB for 3600 KiB");
}

#[test]
fn what_is_too_much_is_refused_and_the_next_one_is_served() {
    let installation = Installation::new();
    let server = installation.serve();
    // An endless body.
    let mut stream = connect(&server);
    let head = "POST /api/regChat HTTP/1.1\r\nhost: usher\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("written");
    let piece = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let begun = Instant::now();
    while stream.write_all(piece.as_bytes()).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it takes all of it");
    }
    // A body that is said to be too large and is not sent: there is nothing that breaks the answer off.
    let mut large = connect(&server);
    let body = "x".repeat(110_000);
    let head =
        "POST /api/regChat HTTP/1.1\r\nhost: usher\r\nconnection: close\r\ncontent-length: 110000\r\n\r\n";
    large.write_all(format!("{head}{body}").as_bytes()).expect("written");
    assert_eq!(read(&mut large).0, 413);
    // Many fields, and a large one.
    let many = format!("GET /healthz HTTP/1.1\r\nhost: usher\r\n{}\r\n", "x: y\r\n".repeat(300));
    assert_eq!(ask(&server, &many).0, 431);
    let large = format!("GET /healthz HTTP/1.1\r\nhost: usher\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    assert_eq!(ask(&server, &large).0, 431);
    // Requests whose client has gone.
    for _ in 0..300 {
        let mut stream = connect(&server);
        let _ = stream
            .write_all(b"POST /api/loginChat HTTP/1.1\r\nhost: usher\r\ncontent-length: 9\r\n\r\nusername=");
    }
    assert_eq!(ask(&server, ALIVE).0, 200);
}

#[test]
fn paths_are_written_in_one_way() {
    let installation = Installation::new();
    let server = installation.serve();
    let get = |target: &str| {
        ask(&server, &format!("GET {target} HTTP/1.1\r\nhost: usher\r\nconnection: close\r\n\r\n"))
    };
    for path in
        ["//readyz", "/readyz/", "/%72eadyz", "//admin/login", "/%61dmin/login", "/./readyz", "/x/../readyz"]
    {
        let (status, answer) = get(path);
        assert_eq!(status, 404, "{path}");
        assert!(answer.contains("{\"msg\":\"fail\",\"data\":\"404 错误\"}"), "{path}: {answer}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
    }
    assert_eq!(get("http://usher/readyz").0, 200);
    assert_eq!(get("http://usher//readyz").0, 404);
    assert_eq!(get("*").0, 404);
}
