use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Connection, get};

/// How long a start may take.
const START: Duration = Duration::from_mins(2);

/// An installation: the program, its data directory and its settings. Its limits are off and it logs warnings only.
#[derive(Clone, Debug)]
pub struct Installation {
    program: PathBuf,
    /// Where its data is.
    pub data: PathBuf,
    settings: Vec<(String, String)>,
}

impl Installation {
    /// What clients sign with.
    pub const SALT: &str = "a salt for measuring";

    /// With these settings, which are variables of the environment.
    pub fn new(program: &str, directory: &Path, settings: &[(&str, String)]) -> Self {
        // The program makes the directory, so that only its own user may read it.
        let data = directory.join("data");
        let mut it = Self { program: program.into(), data, settings: Vec::new() };
        let limits = it.limits();
        let ours = [
            ("USHER_SIGNING__SALTS", Self::SALT),
            ("USHER_TOKENS__KEY", "the token key of all measurements"),
            ("USHER_ADMIN__ENCRYPTION_KEY", "the encryption key of all measurements"),
            ("USHER_HTTP__MAX_CONNECTIONS", "4096"),
            ("USHER_HTTP__MAX_CONNECTIONS_PER_CLIENT", "4096"),
            ("USHER_LOG__FILTER", "warn"),
        ];
        it.settings.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        it.settings.extend(limits.into_iter().map(|limit| (limit, "off".to_owned())));
        it.settings.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        it
    }

    /// The variable of every limit.
    fn limits(&self) -> Vec<String> {
        let shown = self.command(&["config", "show"]).output().expect("the program");
        let shown = String::from_utf8(shown.stdout).expect("text");
        let section = shown.lines().skip_while(|line| *line != "[limits]").skip(1);
        let lines = section.take_while(|line| !line.starts_with('['));
        let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0.to_uppercase()));
        names.map(|name| format!("USHER_LIMITS__{name}")).collect()
    }

    /// The program. It inherits no settings from the environment of the benchmark.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USHER_")) {
            command.env_remove(name);
        }
        command.args(arguments).env("USHER_DATA_DIR", &self.data).envs(self.settings.iter().cloned());
        command
    }

    /// Runs a command, and gives it a line to read; tells how long it took.
    pub fn run(&self, arguments: &[&str], line: &str) -> Duration {
        use std::io::Write as _;
        let begun = Instant::now();
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program starts");
        let _ = child.stdin.take().expect("a pipe").write_all(line.as_bytes());
        assert!(child.wait().expect("an end").success(), "{arguments:?} failed");
        begun.elapsed()
    }

    /// Starts the server, and waits until it is ready.
    pub async fn serve(&self) -> Server {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = free.expect("a free port");
        let begun = Instant::now();
        let child = self.command(&["--listen", &address.to_string()]).spawn().expect("the program starts");
        let mut server = Server { child, address, started_in: Duration::ZERO };
        while !server.is_ready().await {
            assert!(begun.elapsed() < START, "the server does not start");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.started_in = begun.elapsed();
        server
    }
}

/// A server that runs; killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// How long it took until it was ready.
    pub started_in: Duration,
}

impl Server {
    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.address).await else { return false };
        connection.call(&get("/readyz", &[])).await.is_ok_and(|head| head.status == 200)
    }

    /// Resident memory in MiB, now and at most.
    pub fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).expect("a line");
            line.split_whitespace().nth(1).expect("a number").parse::<f64>().expect("KiB") / 1024.0
        };
        (line("VmRSS:"), line("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
