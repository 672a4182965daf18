//! What clients and administrators do, spread over all users.

use std::cell::Cell;
use std::time::Duration;

use serde_json::Value;
use usher_bench::{Backend, Devices, Figures, Installation, Load, Server, ask, get, keyword, post};

use crate::storage;

/// Users that are met, of all.
const SAMPLE: u32 = 1_000;

/// What is searched for, in names as `usher demo` makes them.
const KEYWORDS: [(&str, [&str; 3]); 4] = [
    ("1 character", ["a", "q", "t"]),
    ("2 characters", ["an", "qi", "tp"]),
    ("3 characters", ["ang", "qiu", "tpt"]),
    ("6 characters", ["wang_f", "qiuqiu", "tptptp"]),
];
const HOW_OFTEN: [&str; 3] = ["common", "rare", "none"];

/// A server with so many users, and those who call it.
pub(crate) struct Scene {
    server: Server,
    users: u32,
    devices: Devices,
    /// Users, and their devices.
    ids: Vec<u32>,
    known: Vec<String>,
    /// Tokens of visitors who came back.
    visitors: Vec<String>,
    /// The token of a registered user.
    user: String,
    /// An administrator's.
    cookie: String,
    csrf: String,
}

impl Scene {
    pub(crate) async fn new(installation: &Installation, backend: &Backend, users: u32) -> Self {
        let sample = storage::devices(backend, &installation.data, &sample(users)).await;
        let (ids, known): (Vec<u32>, Vec<String>) = sample.into_iter().unzip();
        let administrator = format!("ann{users}");
        installation.run(&["admin", "create", &administrator, "--role", "owner"], "correct horse\n");
        let server = installation.serve().await;
        let devices = Devices::new(Installation::SALT);
        let name = format!("searcher_{users}");
        let fields = [("username", name.as_str()), ("password", "hunter22")];
        let user = token(&ask(server.address, &post("/api/regChat", &[], &fields)).await.body);
        let mut visitors = Vec::new();
        for device in &known {
            visitors.push(token(&ask(server.address, &devices.register(device)).await.body));
        }
        let fields = [("username", administrator.as_str()), ("password", "correct horse")];
        let cookie = ask(server.address, &post("/admin/login", &[], &fields)).await.cookies;
        let page = ask(server.address, &get("/admin/users", &[("cookie", &cookie)])).await.body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = csrf.expect("a token in the page").to_owned();
        Self { server, users, devices, ids, known, visitors, user, cookie, csrf }
    }

    pub(crate) fn memory(&self) -> f64 {
        self.server.memory().0
    }

    /// Measures everything, and tells what it was.
    pub(crate) async fn measure(&self, time: Duration) -> Vec<(String, Figures)> {
        let load = Load { time, ..Load::new(self.server.address) };
        let mut all = Vec::new();
        let turn = Turn::default();
        let resume = || self.devices.register(turn.of(&self.known));
        all.push(("resume".to_owned(), run(load, resume).await));
        // A visitor may not search: the session is found and checked, and nothing else is done.
        let check = || keyword(turn.of(&self.visitors), "nobody");
        all.push(("session check".to_owned(), run(Load { good: 400, ..load }, check).await));
        for (length, keywords) in KEYWORDS {
            for (text, often) in keywords.into_iter().zip(HOW_OFTEN) {
                let request = keyword(&self.user, text);
                all.push((format!("search, {length}, {often}"), run(load, || request.clone()).await));
            }
        }
        let cookie = [("cookie", self.cookie.as_str())];
        for (what, path) in [
            ("list, first page", String::new()),
            ("list, in the middle", format!("?after={}", self.users / 2)),
            ("list, by last login", "?sort=last-login".to_owned()),
            ("list, common substring", "?q=ang".to_owned()),
        ] {
            let request = get(&format!("/admin/users{path}"), &cookie);
            all.push((what.to_owned(), run(load, || request.clone()).await));
        }
        all.push(("toggle".to_owned(), run(load, || self.toggle(&turn)).await));
        // The last one, because it adds users.
        all.push(("first launch".to_owned(), run(load, || self.devices.launch()).await));
        all
    }

    /// Disables and enables users in turn.
    fn toggle(&self, turn: &Turn) -> Vec<u8> {
        let number = turn.next();
        let id = self.ids[number as usize / 2 % self.ids.len()];
        let fields =
            [("csrf", self.csrf.as_str()), ("enabled", if number.is_multiple_of(2) { "0" } else { "1" })];
        let headers = [("cookie", self.cookie.as_str()), ("hx-request", "true")];
        post(&format!("/admin/users/{id}/status"), &headers, &fields)
    }
}

/// Once for a moment, so that what is used each time is in memory; then as long as is asked.
async fn run(load: Load, call: impl Fn() -> Vec<u8>) -> Figures {
    Load { time: load.time / 10, ..load }.run(&call).await;
    load.run(&call).await
}

fn token(body: &str) -> String {
    let answer: Value = serde_json::from_str(body).expect("JSON");
    answer["data"]["token"].as_str().expect("a token").to_owned()
}

/// One after another, and from the start again.
#[derive(Default)]
struct Turn(Cell<u32>);

impl Turn {
    fn next(&self) -> u32 {
        self.0.replace(self.0.get().wrapping_add(1))
    }

    fn of<'a>(&self, all: &'a [String]) -> &'a str {
        &all[self.next() as usize % all.len()]
    }
}

/// The id of one of so many users, all over.
fn place(number: u32, users: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b1) % users + 1
}

fn sample(users: u32) -> Vec<u32> {
    (0..SAMPLE).map(|number| place(number, users)).collect()
}
