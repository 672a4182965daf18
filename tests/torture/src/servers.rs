//! The installation: its nodes, and what they are told.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::calls::{HTTP_TIMEOUT, SALT};
use crate::{Failure, Options, Outcome, failed, locked};

/// How long a start may take, with the migrations of an empty database on a busy machine.
const START: Duration = Duration::from_mins(1);

/// Lines of a node's log that are kept, to be shown if something is wrong.
const LINES: usize = 12;

/// Everything that is under torture but the database and Redis.
#[derive(Debug)]
pub(crate) struct Site {
    program: PathBuf,
    directory: TempDir,
    environment: Vec<(String, String)>,
    nodes: Vec<Node>,
}

/// A node, which is another process after each kill.
#[derive(Debug, Default)]
struct Node {
    child: Mutex<Option<Child>>,
    url: Mutex<String>,
    log: Arc<Mutex<Log>>,
}

/// The last lines of a log, and those that are no log lines: a panic's.
#[derive(Debug, Default)]
struct Log {
    last: VecDeque<String>,
    panics: Vec<String>,
}

/// What a process takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint {
    pub(crate) resident_kib: u64,
    pub(crate) files: usize,
}

impl Site {
    /// An installation with nothing running, told how to reach what it rests on.
    pub(crate) fn new(options: &Options, backends: &[(&str, String)]) -> Outcome<Self> {
        let directory = tempfile::tempdir().map_err(|error| failed("a directory", error))?;
        let said = [
            ("USHER_HTTP__LISTEN", "127.0.0.1:0"),
            ("USHER_HTTP__TIMEOUT", HTTP_TIMEOUT),
            ("USHER_SIGNING__SALTS", SALT),
            ("USHER_TOKENS__KEY", "the token key that all nodes of the torture share"),
            ("USHER_PASSWORDS__MEMORY_KIB", "64"),
            ("USHER_SESSIONS__PER_USER", "1000"),
            ("USHER_LOG__FILTER", "usher=info,warn"),
            ("USHER_LOG__FORMAT", "json"),
        ];
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut environment: Vec<_> = said.into_iter().map(own).collect();
        environment.extend(backends.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let nodes = (0..options.backend.nodes()).map(|_| Node::default()).collect();
        let mut site = Self { program: options.program.clone(), directory, environment, nodes };
        let unlimited = site.unlimited()?;
        site.environment.extend(unlimited);
        Ok(site)
    }

    /// Every quota that the program has, turned off: the load is meant to reach what is behind them.
    fn unlimited(&self) -> Outcome<Vec<(String, String)>> {
        let output =
            self.command(&["config", "show"]).output().map_err(|error| failed("the program", error))?;
        let shown = String::from_utf8_lossy(&output.stdout);
        let shown: toml::Table =
            shown.parse().map_err(|error| failed("usher config show", format!("{error}\n{shown}")))?;
        let mut names = Vec::new();
        if let Some(limits) = shown.get("limits") {
            quotas("USHER_LIMITS", limits, &mut names);
        }
        if names.is_empty() {
            return Err(Failure("usher config show prints no quotas".to_owned()));
        }
        Ok(names.into_iter().map(|name| (name, "off".to_owned())).collect())
    }

    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The program, with nothing of this process's environment that would configure it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USHER_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env("USHER_DATA_DIR", self.data())
            .envs(self.environment.iter().cloned());
        command
    }

    fn data(&self) -> PathBuf {
        Path::join(self.directory.path(), "data")
    }

    /// Where a node listens, or did before it was killed.
    pub(crate) fn url(&self, node: usize) -> String {
        locked(&self.nodes[node].url).clone()
    }

    /// Starts a node as a supervisor does: again and again while it ends by itself, which it may only while the database or
    /// Redis is away.
    pub(crate) async fn start(&self, node: usize, may_end: impl Fn() -> bool) -> Outcome<()> {
        let begun = Instant::now();
        loop {
            let mut lines = self.spawn(node)?;
            let (found, address) = oneshot::channel();
            let log = Arc::clone(&self.nodes[node].log);
            std::thread::spawn(move || {
                let mut found = Some(found);
                for line in lines.by_ref().map_while(Result::ok) {
                    if let Some(address) = note(&log, line)
                        && let Some(found) = found.take()
                    {
                        let _ = found.send(address);
                    }
                }
            });
            let left = START.saturating_sub(begun.elapsed());
            match tokio::time::timeout(left, address).await {
                Ok(Ok(address)) => {
                    *locked(&self.nodes[node].url) = format!("http://{address}");
                    return Ok(());
                }
                Ok(Err(_)) if may_end() => tokio::time::sleep(Duration::from_millis(100)).await,
                Ok(Err(_)) => {
                    return Err(Failure(format!("node {node} ends at its start: {}", self.log(node))));
                }
                Err(_) => return Err(Failure(format!("node {node} does not start: {}", self.log(node)))),
            }
        }
    }

    /// Begins a start and kills it after a moment.
    pub(crate) async fn start_and_kill(&self, node: usize, after: Duration) -> Outcome<()> {
        drop(self.spawn(node)?);
        tokio::time::sleep(after).await;
        self.kill(node);
        Ok(())
    }

    fn spawn(&self, node: usize) -> Outcome<Lines<BufReader<ChildStderr>>> {
        self.kill(node);
        let mut command = self.command(&["serve"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed("the program", error))?;
        let errors = child.stderr.take().ok_or_else(|| Failure("no pipe".to_owned()))?;
        *locked(&self.nodes[node].child) = Some(child);
        Ok(BufReader::new(errors).lines())
    }

    /// As the kernel does when memory runs out: no chance to finish anything.
    pub(crate) fn kill(&self, node: usize) {
        if let Some(mut child) = locked(&self.nodes[node].child).take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends STOP or CONT.
    pub(crate) fn signal(&self, node: usize, signal: &str) -> Outcome<()> {
        let Some(id) = locked(&self.nodes[node].child).as_ref().map(Child::id) else { return Ok(()) };
        let sent = Command::new("kill").args([format!("-{signal}"), id.to_string()]).status();
        sent.map(drop).map_err(|error| failed("kill", error))
    }

    /// The last lines of a node's log.
    pub(crate) fn log(&self, node: usize) -> String {
        locked(&self.nodes[node].log).last.iter().fold(String::new(), |text, line| text + "\n    " + line)
    }

    /// What nodes said that is no line of a log.
    pub(crate) fn panics(&self) -> Vec<String> {
        self.nodes.iter().flat_map(|node| locked(&node.log).panics.clone()).collect()
    }

    /// Whether a node ended by itself.
    pub(crate) fn ended(&self, node: usize) -> bool {
        locked(&self.nodes[node].child).as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// What a node takes now.
    pub(crate) fn footprint(&self, node: usize) -> Option<Footprint> {
        let id = locked(&self.nodes[node].child).as_ref().map(Child::id)?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let resident_kib = line.split_whitespace().nth(1)?.parse().ok()?;
        let files = std::fs::read_dir(format!("/proc/{id}/fd")).ok()?.count();
        Some(Footprint { resident_kib, files })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for node in 0..self.nodes.len() {
            self.kill(node);
        }
    }
}

/// Keeps a line; gives the address if the line says it.
fn note(log: &Mutex<Log>, line: String) -> Option<String> {
    let said: Option<Value> = serde_json::from_str(&line).ok();
    let mut log = locked(log);
    if said.is_none() && line.contains("panicked") {
        log.panics.push(line.clone());
    }
    log.last.push_back(line);
    if log.last.len() > LINES {
        log.last.pop_front();
    }
    let said = said.filter(|said| said["data"].is_string())?;
    said["address"].as_str().map(str::to_owned)
}

/// The variables of everything below that is a quota.
fn quotas(name: &str, value: &toml::Value, names: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                quotas(&format!("{name}__{}", key.to_uppercase()), value, names);
            }
        }
        toml::Value::String(text) if text == "off" || text.contains('/') => names.push(name.to_owned()),
        _ => {}
    }
}
