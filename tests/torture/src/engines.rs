//! Database servers and Redis in containers of their own, to be killed and paused.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::{Failure, Outcome, failed};

/// How long a server may take to come back: it reads its log first.
const RETURN: Duration = Duration::from_mins(1);

/// What is run, and how it is asked whether it is there.
#[derive(Debug)]
pub(crate) struct Engine {
    image: &'static str,
    port: u16,
    environment: &'static [&'static str],
    command: &'static [&'static str],
    hello: &'static [u8],
    /// Whether the first bytes of its answer mean that it serves.
    serves: fn(&[u8]) -> bool,
}

/// Without waiting for the disk: what a killed process has written the kernel keeps, and only a power cut, which is not
/// played here, would lose it. Otherwise a disk that others use decides how long a call takes.
pub(crate) static POSTGRES: Engine = Engine {
    image: "postgres:17",
    port: 5432,
    environment: &["POSTGRES_PASSWORD=usher", "POSTGRES_DB=usher"],
    command: &["-c", "fsync=off", "-c", "max_connections=100"],
    // The start of a connection by the user postgres. While it recovers it answers with an error, E.
    hello: b"\x00\x00\x00\x17\x00\x03\x00\x00user\x00postgres\x00\x00",
    serves: |answer| answer.first() == Some(&b'R'),
};

pub(crate) static MARIADB: Engine = Engine {
    image: "mariadb:11",
    port: 3306,
    environment: &["MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1", "MARIADB_DATABASE=usher"],
    command: &["--innodb-flush-log-at-trx-commit=2", "--max-connections=200"],
    // It speaks first: a packet of protocol 10.
    hello: b"",
    serves: |answer| answer.get(4) == Some(&10),
};

/// As docs/operations.md advises it.
pub(crate) static REDIS: Engine = Engine {
    image: "redis:8",
    port: 6379,
    environment: &[],
    command: &["redis-server", "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"],
    hello: b"PING\r\n",
    serves: |answer| answer.starts_with(b"+PONG"),
};

/// A container of this run's own, removed at its end.
#[derive(Debug)]
pub(crate) struct Server {
    engine: &'static Engine,
    name: String,
    pub(crate) address: String,
}

impl Server {
    pub(crate) async fn start(engine: &'static Engine, prefix: &str) -> Outcome<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        // Of a fixed port, because it gets another one at each start otherwise.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = format!("127.0.0.1:{}", free.map_err(|error| failed("a free port", error))?.port());
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("{prefix}-{}-{number}", std::process::id());
        let server = Self { engine, name, address };
        let publish = format!("{}:{}", server.address, engine.port);
        let mut arguments = vec!["run", "-d", "--name", server.name.as_str(), "-p", publish.as_str()];
        for variable in engine.environment {
            arguments.extend(["-e", variable]);
        }
        arguments.push(engine.image);
        arguments.extend(engine.command);
        docker(&arguments).await?;
        server.wait().await?;
        Ok(server)
    }

    /// By SIGKILL.
    pub(crate) async fn kill(&self) -> Outcome<()> {
        docker(&["kill", &self.name]).await
    }

    /// Starts it again and waits until it serves.
    pub(crate) async fn start_again(&self) -> Outcome<()> {
        docker(&["start", &self.name]).await?;
        self.wait().await
    }

    /// All its processes stand still.
    pub(crate) async fn pause(&self) -> Outcome<()> {
        docker(&["pause", &self.name]).await
    }

    pub(crate) async fn unpause(&self) -> Outcome<()> {
        docker(&["unpause", &self.name]).await
    }

    async fn wait(&self) -> Outcome<()> {
        let begun = Instant::now();
        while !self.serves().await {
            if begun.elapsed() > RETURN {
                return Err(Failure(format!("{} does not come back", self.engine.image)));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn serves(&self) -> bool {
        let (engine, address) = (self.engine, self.address.clone());
        tokio::task::spawn_blocking(move || engine.answers(&address).unwrap_or(false)).await.unwrap_or(false)
    }
}

impl Engine {
    fn answers(&self, address: &str) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(self.hello)?;
        let mut answer = [0; 64];
        let length = stream.read(&mut answer)?;
        Ok((self.serves)(&answer[..length]))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut command = Command::new("docker");
        command.args(["rm", "-fv", &self.name]).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.status();
    }
}

async fn docker(arguments: &[&str]) -> Outcome<()> {
    let arguments: Vec<_> = arguments.iter().map(|it| (*it).to_owned()).collect();
    let run = move || {
        let output = Command::new("docker").args(&arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| failed("docker (scripts/engines prepares it)", error))?;
        if output.status.success() {
            return Ok(());
        }
        Err(failed(&format!("docker {}", arguments.join(" ")), String::from_utf8_lossy(&output.stderr)))
    };
    tokio::task::spawn_blocking(run).await.map_err(|error| failed("docker", error))?
}
