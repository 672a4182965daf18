//! Calls as clients in the field make them, over HTTP and by the command line.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::faults::Span;
use crate::servers::Site;
use crate::{Outcome, failed};

/// The salt of the clients and the nodes.
pub(crate) const SALT: &str = "a salt of the torture chamber";

/// What the nodes are told to answer within, and how much longer a client waits before it calls that hung.
pub(crate) const HTTP_TIMEOUT: &str = "10s";
const TIMEOUT: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) retry_after: bool,
    pub(crate) location: Option<String>,
    pub(crate) cookie: Option<String>,
    /// JSON, or the text of a page.
    pub(crate) body: Value,
}

impl Response {
    /// The message of a failure.
    pub(crate) fn message(&self) -> &str {
        self.body["data"].as_str().unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Response(Response),
    /// The connection broke, or was not made.
    Broken(String),
    /// Nothing came.
    Hung,
}

/// A call that was made.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) what: String,
    pub(crate) node: usize,
    pub(crate) span: Span,
    pub(crate) reply: Reply,
}

impl Call {
    /// The answer, if there is one that does not ask to come back later.
    pub(crate) fn answer(&self) -> Option<&Response> {
        match &self.reply {
            Reply::Response(answer) if answer.status < 500 => Some(answer),
            _ => None,
        }
    }

    /// Whether a session that it begins is a visitor's.
    pub(crate) fn is_of_a_visitor(&self) -> bool {
        self.what.contains("/visitorRegister ")
    }

    /// In short.
    pub(crate) fn told(&self) -> String {
        match &self.reply {
            Reply::Response(answer) => format!("{} {}", answer.status, answer.message()),
            Reply::Broken(_) => "broken".to_owned(),
            Reply::Hung => "hung".to_owned(),
        }
    }

    /// The data of a success.
    pub(crate) fn data(&self) -> Option<&Value> {
        self.answer().filter(|it| it.status == 200 && it.body["msg"] == "ok").map(|it| &it.body["data"])
    }
}

/// An HTTP client.
#[derive(Debug)]
pub(crate) struct Caller {
    client: Client,
}

impl Caller {
    pub(crate) fn new() -> Outcome<Self> {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            // A server may end an idle connection just when a call is sent on it, which would look like a break.
            .pool_idle_timeout(Duration::from_millis(500))
            .build();
        Ok(Self { client: client.map_err(|error| failed("an HTTP client", error))? })
    }

    /// A call of the API.
    pub(crate) async fn post(
        &self,
        site: &Site,
        node: usize,
        route: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Call {
        let what = format!("POST /api/{route} on node {node}");
        self.send(site, node, what, |url| {
            let request = self.client.post(format!("{url}/api/{route}")).form(fields);
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        })
        .await
    }

    /// A call that a device signs.
    pub(crate) async fn signed(
        &self,
        site: &Site,
        node: usize,
        route: &str,
        device: &str,
        more: &[(&str, &str)],
    ) -> Call {
        let (signature, timestamp) = sign(device);
        let mut fields = vec![("deviceId", device), ("timestamp", timestamp.as_str())];
        fields.extend(more);
        self.post(site, node, route, &fields, &[("X-Security-Sign", &signature)]).await
    }

    pub(crate) async fn get(&self, site: &Site, node: usize, path: &str, cookie: &str) -> Call {
        let what = format!("GET {path} on node {node}");
        self.send(site, node, what, |url| self.client.get(format!("{url}{path}")).header("cookie", cookie))
            .await
    }

    /// A form of the administration.
    pub(crate) async fn form(
        &self,
        site: &Site,
        node: usize,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> Call {
        let what = format!("POST {path} on node {node}");
        self.send(site, node, what, |url| {
            let request = self.client.post(format!("{url}{path}")).form(fields);
            if cookie.is_empty() { request } else { request.header("cookie", cookie) }
        })
        .await
    }

    async fn send(
        &self,
        site: &Site,
        node: usize,
        what: String,
        request: impl FnOnce(&str) -> RequestBuilder,
    ) -> Call {
        let from = Instant::now();
        let reply = match request(&site.url(node)).send().await {
            Ok(response) => read(response).await,
            Err(error) => broken(&error),
        };
        Call { what, node, span: Span { from, to: Instant::now() }, reply }
    }
}

async fn read(response: reqwest::Response) -> Reply {
    let status = response.status().as_u16();
    let text = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let (location, cookie) = (text("location"), text("set-cookie"));
    let retry_after = text("retry-after").is_some();
    let json = text("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let body = match response.text().await {
        Ok(body) if json => serde_json::from_str(&body).unwrap_or(Value::String(body)),
        Ok(body) => Value::String(body),
        Err(error) => return broken(&error),
    };
    Reply::Response(Response { status, retry_after, location, cookie, body })
}

fn broken(error: &reqwest::Error) -> Reply {
    if error.is_timeout() {
        return Reply::Hung;
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    Reply::Broken(words)
}

/// A signature and the timestamp it covers: a later one at each call, because a signature is good once.
#[expect(clippy::disallowed_methods, reason = "this is a client, whose clock is the machine's")]
fn sign(device: &str) -> (String, String) {
    static LATEST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = u64::try_from(now).unwrap_or(u64::MAX);
    let later = |latest: u64| now.max(latest + 1);
    let before = LATEST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |latest| Some(later(latest)));
    let at = before.map_or(now, later);
    let text = format!("deviceId={device}&salt={SALT}&timestamp={at}APP_SECRET");
    (hex::encode(Sha256::digest(text)), at.to_string())
}

/// How a command of the program ended.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) span: Span,
    pub(crate) succeeded: bool,
    /// Whether it was killed on the way.
    pub(crate) killed: bool,
    pub(crate) said: String,
}

/// Runs a command beside the servers, with one line of input, and kills it after a while if that is said.
pub(crate) async fn run(mut command: Command, input: Option<String>, kill: Option<Duration>) -> Outcome<Ran> {
    let from = Instant::now();
    let piped = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(piped).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed("the program", error))?;
    if let (Some(mut pipe), Some(line)) = (child.stdin.take(), input) {
        // It may have ended before it reads.
        let _ = writeln!(pipe, "{line}");
    }
    if let Some(after) = kill {
        tokio::time::sleep(after).await;
        let _ = child.kill();
    }
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    let output =
        output.map_err(|error| failed("waiting", error))?.map_err(|error| failed("the program", error))?;
    let said = [output.stdout, output.stderr].concat();
    Ok(Ran {
        span: Span { from, to: Instant::now() },
        succeeded: output.status.success(),
        killed: kill.is_some() && output.status.code().is_none(),
        said: String::from_utf8_lossy(&said).into_owned(),
    })
}
