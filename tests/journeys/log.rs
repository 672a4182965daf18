//! The server outlives its log.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::program::Installation;

/// A server whose log no process reads.
struct Unread {
    child: Child,
    port: u16,
}

impl Unread {
    #[expect(clippy::disallowed_methods, reason = "the test has this thread for itself")]
    fn start(installation: &Installation, log: Stdio) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = free.expect("a free port").port();
        let mut command = installation.command(&[]);
        command.env("USHER_HTTP__LISTEN", format!("127.0.0.1:{port}"));
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program");
        let mut unread = Self { child, port };
        let begun = Instant::now();
        while unread.ask().is_none() {
            assert!(unread.child.try_wait().expect("a status").is_none(), "it ended");
            assert!(begun.elapsed() < Duration::from_secs(30), "it never answered");
            std::thread::sleep(Duration::from_millis(20));
        }
        unread
    }

    /// The status line of an answer.
    fn ask(&self) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        stream.write_all(b"GET /api/none HTTP/1.1\r\nhost: usher\r\nconnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.lines().next().map(str::to_owned)
    }

    /// More lines than a pipe and the program hold.
    #[track_caller]
    fn answers(&self, times: usize) {
        for time in 0..times {
            assert_eq!(self.ask().as_deref(), Some("HTTP/1.1 404 Not Found"), "at {time}");
        }
    }

    #[track_caller]
    fn ends_when_told(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        assert!(self.child.wait().expect("an end").success());
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_full_disk_under_it_ends_nothing() {
    let installation = Installation::new();
    let full = File::options().write(true).open("/dev/full").expect("Linux");
    let server = Unread::start(&installation, Stdio::from(full));
    server.answers(20);
    server.ends_when_told();
}

#[test]
fn a_closed_pipe_ends_nothing() {
    let installation = Installation::new();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let server = Unread::start(&installation, Stdio::from(writer));
    drop(reader);
    server.answers(20);
    server.ends_when_told();
}

#[test]
fn an_unread_pipe_delays_no_request_and_no_shutdown() {
    let installation = Installation::new();
    let (_reader, writer) = std::io::pipe().expect("a pipe");
    let server = Unread::start(&installation, Stdio::from(writer));
    server.answers(1_000);
    server.ends_when_told();
}
