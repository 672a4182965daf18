#![no_main]
//! Any request through the whole service, over a database of its own.

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use salvo::Service;
use salvo::http::{HeaderName, HeaderValue, Method};
use salvo::test::{RequestBuilder, ResponseExt as _, TestClient};
use tokio::runtime::{Builder, Runtime};
use usher::compose;
use usher::config::{Config, DurabilityName, Flags};
use usher::secrets::Secrets;
use usher_http::Lifecycle;

#[derive(Debug, Arbitrary)]
enum Caller {
    Stranger,
    User,
    Owner,
}

#[derive(Debug, Arbitrary)]
struct Call {
    caller: Caller,
    post: bool,
    method: u8,
    path: u8,
    query: String,
    headers: Vec<(u8, Vec<u8>)>,
    kind: u8,
    body: Vec<u8>,
}

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::DELETE];

/// Not those that end the session of the caller.
const PATHS: [&str; 20] = [
    "api/regChat",
    "api/loginChat",
    "api/chat/searchUser",
    "api/visitorRegister",
    "api/visitorregChat",
    "api/visitorloginChat",
    "api/userinfo/1",
    "admin/login",
    "admin/setup",
    "admin/language",
    "admin/users",
    "admin/users.csv",
    "admin/users/1",
    "admin/users/1/edit",
    "admin/users/check",
    "admin/users/bulk",
    "admin/audit",
    "admin/dashboard",
    "avatars/x",
    "uploadStreamSingleToServer",
];

const HEADERS: [&str; 10] = [
    "token",
    "cookie",
    "accept-language",
    "x-security-sign",
    "x-csrf-token",
    "origin",
    "hx-request",
    "x-forwarded-for",
    "forwarded",
    "content-type",
];

const KINDS: [&str; 4] = [
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
];

struct World {
    service: Service,
    token: String,
    cookie: String,
    csrf: String,
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"));

static WORLD: LazyLock<World> = LazyLock::new(|| RUNTIME.block_on(world()));

fn config() -> Config {
    let data = tempfile::tempdir().expect("a directory").keep();
    let mut config =
        Config::load(&Flags { data_dir: Some(data), ..Flags::default() }).expect("the defaults");
    let mut limits = toml::Table::try_from(&config.limits).expect("a table");
    limits.iter_mut().for_each(|(_, limit)| *limit = "off".into());
    config.limits = limits.try_into().expect("limits");
    (config.passwords.memory_kib, config.passwords.passes) = (64, 1);
    config.database.durability = DurabilityName::Relaxed;
    config.http.trusted_proxies = vec!["0.0.0.0/0".parse().expect("a network")];
    config
}

/// The text between `before` and the next quote.
fn between(text: &str, before: &str) -> String {
    let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn world() -> World {
    let config = config();
    let secrets = Secrets::load(&config).expect("secrets");
    let database = compose::database(&config).await.expect("a database");
    let adapters = compose::adapters(&config, &secrets, &database).await.expect("adapters");
    let service = compose::http(&adapters, &config, secrets.set_up_code(), &Lifecycle::default());
    let password = ("password", "correct horse");
    let user = [("username", "alice_01"), ("password", "hunter22")];
    let mut answer = TestClient::post("http://usher/api/regChat").form(&user).send(&service).await;
    let token = between(&answer.take_string().await.expect("text"), "\"token\":\"");
    let code = secrets.set_up_code();
    let form = [("code", code.expose()), ("username", "ann"), password, ("password_again", password.1)];
    let answer = TestClient::post("http://usher/admin/setup").form(&form).send(&service).await;
    let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let page = TestClient::get("http://usher/admin/users").add_header("cookie", &cookie, true);
    let page = page.send(&service).await.take_string().await.expect("a page");
    World { service, token, cookie, csrf: between(&page, "name=\"csrf\" value=\"") }
}

fuzz_target!(|call: Call| {
    let World { service, token, cookie, csrf } = &*WORLD;
    let path = PATHS[usize::from(call.path) % PATHS.len()];
    let query: String = call.query.chars().filter(|c| c.is_ascii_graphic() && *c != '#').collect();
    let drawn = METHODS[usize::from(call.method) % METHODS.len()].clone();
    let method = if call.post { Method::POST } else { drawn };
    let mut request = RequestBuilder::new(format!("http://usher/{path}?{query}"), method.clone());
    request = match call.caller {
        Caller::Stranger => request,
        Caller::User => request.add_header("token", token, true),
        Caller::Owner => request.add_header("cookie", cookie, true).add_header("x-csrf-token", csrf, true),
    };
    request = request.add_header("content-type", KINDS[usize::from(call.kind) % KINDS.len()], true);
    for (name, value) in &call.headers {
        let name = HeaderName::from_static(HEADERS[usize::from(*name) % HEADERS.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request = request.add_header(name, value, true);
        }
    }
    RUNTIME.block_on(async {
        let mut answer = request.body(call.body).send(service).await;
        let status = answer.status_code.map_or(0, |status| status.as_u16());
        assert!(status < 500, "{method} {path}: {status}");
        if path.starts_with("api/") && method != Method::HEAD && method != Method::OPTIONS {
            let text = answer.take_string().await.unwrap_or_default();
            assert!(text.starts_with("{\"msg\":"), "{method} {path}: {text}");
        }
    });
});
