//! Clients that hang up.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client;
use super::program::Installation;

#[tokio::test]
async fn calls_that_are_given_up_leave_nothing_behind() {
    let installation = Installation::new();
    let server = installation.serve();
    client::post(&server.url, "regChat", &[("username", "alice_01"), ("password", "hunter22")], &[])
        .await
        .token();
    let before = server.open_sockets();
    let address = server.url.trim_start_matches("http://").to_owned();
    let body = "username=alice_01&password=hunter22";
    let whole = format!(
        "POST /api/loginChat HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    // Given up before the head is whole, in the body, before the answer, and while it comes.
    for round in 0..1_600 {
        let Ok(mut stream) = TcpStream::connect(&address) else { continue };
        let sent = match round % 4 {
            0 => 20,
            1 => whole.len() - 5,
            _ => whole.len(),
        };
        let _ = stream.write_all(&whole.as_bytes()[..sent]);
        if round % 4 == 3 {
            stream.set_read_timeout(Some(Duration::from_millis(2))).expect("a time");
            let _ = stream.read(&mut [0; 1]);
        }
    }
    let begun = Instant::now();
    loop {
        let answer = client::post(
            &server.url,
            "loginChat",
            &[("username", "alice_01"), ("password", "hunter22")],
            &[],
        )
        .await;
        // The limit of guesses, the queue, or a login: all of them are answers.
        assert!([200, 400, 503].contains(&answer.status), "{answer:?}");
        let log = server.log();
        assert!(!log.contains("panicked") && !log.contains("\"ERROR\""), "{log}");
        let open = server.open_sockets();
        if open <= before + 8 && answer.status != 503 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "{before} sockets were open, and now {open}; the last answer was {answer:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
