use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::SALT;

/// An installation: a data directory, and the program run on it.
pub(super) struct Installation {
    pub(super) dir: TempDir,
}

impl Installation {
    pub(super) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory") }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The program, with nothing of this process's environment that would configure it.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USHER_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("USHER_DATA_DIR", self.data())
            .env("USHER_HTTP__LISTEN", "127.0.0.1:0")
            .env("USHER_SIGNING__SALTS", SALT)
            .env("USHER_PASSWORDS__MEMORY_KIB", "64")
            .env("USHER_LIMITS__PER_ADDRESS", "off");
        command
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().expect("the program")
    }

    /// Runs a command that succeeds, and gives what it says.
    #[track_caller]
    pub(super) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs a command that reads `input`.
    pub(super) fn told(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("a reader");
        child.wait_with_output().expect("an end")
    }

    /// The server, with so many files open at most.
    pub(super) fn with_open_files(&self, most: usize) -> Command {
        let plain = self.command(&[]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {most}; exec \"$0\""), env!("CARGO_BIN_EXE_usher")]);
        command.current_dir(self.dir.path()).env_clear();
        command.envs(std::env::vars().filter(|(name, _)| !name.starts_with("USHER_")));
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    }

    pub(super) fn serve(&self) -> Server {
        Server::start(self.command(&[]))
    }
}

/// Runs a command that fails, and gives its last words.
#[track_caller]
pub(super) fn fails(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("the program");
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running server, killed when dropped.
pub(super) struct Server {
    child: Child,
    pub(super) url: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let url = loop {
            let line = lines.next().expect("the server ended").expect("text");
            log.lock().expect("a log").push_str(&line);
            // JSON, since this is no terminal.
            let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it ends with: {line}"));
            if let Some(address) = said["address"].as_str().filter(|_| said["data"].is_string()) {
                break format!("http://{address}");
            }
        };
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("a log").push_str(&line);
            }
        });
        Self { child, url, log }
    }

    /// What the kernel says about the process.
    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("a number")
    }

    /// Forgets the most memory that it had so far; gives what it has now, in MiB.
    pub(super) fn forget_peak(&self) -> u64 {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("a process of ours");
        self.status("VmRSS") / 1_024
    }

    /// The most memory that it had since then, in MiB.
    pub(super) fn peak(&self) -> u64 {
        self.status("VmHWM") / 1_024
    }

    /// Does something while the process stands still.
    pub(super) fn stand_still(&self, work: impl FnOnce()) {
        let id = self.child.id().to_string();
        let signal = |name: &str| {
            let sent = Command::new("kill").args([name, id.as_str()]).status();
            assert!(sent.expect("kill").success());
        };
        signal("-STOP");
        while std::fs::read_to_string(format!("/proc/{id}/status")).is_ok_and(|it| !it.contains("State:\tT"))
        {
            std::thread::yield_now();
        }
        work();
        signal("-CONT");
    }

    /// How many sockets it has open: its own and one for each connection.
    pub(super) fn open_sockets(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("a process");
        let names = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        names.filter(|name| name.to_string_lossy().starts_with("socket:")).count()
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// All it logged so far.
    pub(super) fn log(&self) -> String {
        self.log.lock().expect("a log").clone()
    }

    /// All it logged until it said this: a line may follow the answer that it is about.
    pub(super) async fn log_with(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if log.contains(words) {
                return log;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "it never said {words}: {log}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// As a power cut would: no chance to finish anything.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("an end");
    }

    /// Tells it to stop; gives its exit status and how long it took.
    pub(super) fn stop(self) -> (bool, Duration) {
        let started = Instant::now();
        self.signal("TERM");
        (self.ended(), started.elapsed())
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill").success());
    }

    /// Waits for its end; gives whether it was a clean one.
    pub(super) fn ended(mut self) -> bool {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.success();
            }
            assert!(begun.elapsed() < Duration::from_secs(40), "it does not end");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("a URL")
    }

    /// What it takes of memory, in KiB.
    pub(super) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a size");
        line.split_whitespace().nth(1).and_then(|size| size.parse().ok()).expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
