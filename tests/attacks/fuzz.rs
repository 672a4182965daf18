//! The whole service under whatever may be sent: it answers, and what it answers is its own.

use std::cell::RefCell;

use proptest::prelude::*;
use salvo::http::{HeaderName, HeaderValue, Method};
use salvo::test::RequestBuilder;
use tokio::runtime::Runtime;
use usher_domain::AdministratorRole;
use usher_http::admin_routes;

use crate::support::{Answer, Browser, Stage};

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// What would run, or break out of where it stands, if it were shown as it is.
const MARKER: &str = "\"'><b id=pwned>";

/// A value of a header: what can stand in one.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..=0xff], 0..60),
        Just(b"application/json".to_vec()),
        Just(b"application/x-www-form-urlencoded".to_vec()),
        Just(b"multipart/form-data; boundary=x".to_vec()),
        Just(b"multipart/form-data; boundary=\"".to_vec()),
        Just(b"zh;q=nan, en;q=inf,*;q=-1".to_vec()),
        Just(b"usher_admin=0; usher_lang=zh-CN; =; ;;".to_vec()),
        Just(vec![b'0'; 64]),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let known = [
        "content-type",
        "token",
        "cookie",
        "accept-language",
        "x-security-sign",
        "x-csrf-token",
        "origin",
        "hx-request",
        "sec-fetch-site",
        "x-request-id",
        "x-forwarded-for",
        "forwarded",
        "accept-encoding",
        "x-forwarded-proto",
        "host",
        "if-none-match",
        "range",
        "expect",
        "content-encoding",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "[a-z][a-z0-9-]{0,20}"]
}

/// A path of a route or none, with a query or none.
fn path() -> impl Strategy<Value = String> {
    let known = [
        "/api/regChat",
        "/api/loginChat",
        "/api/chat/logout",
        "/api/chat/searchUser",
        "/api/visitorRegister",
        "/api/visitorregChat",
        "/api/visitorloginChat",
        "/api/userinfo/x",
        "/api/",
        "/api/%00",
        "/api/%ff",
        "/admin/login",
        "/admin/setup",
        "/admin/users",
        "/admin/language",
        "/admin/appearance",
        "/admin/bans",
        "/admin/bans/1/lift",
        "/avatars/x",
        "/healthz",
        "/readyz",
        "/admin/assets/x",
        "/uploadStreamSingleToServer",
        "/uploadStreamSingleToServerDiy/..%2f",
    ];
    let known = prop::sample::select(known.to_vec()).prop_map(str::to_owned);
    let any = prop_oneof![3 => known, 1 => "(/[a-zA-Z0-9._~%-]{0,12}){1,4}"];
    (any, prop_oneof![Just(String::new()), "\\?[a-zA-Z0-9=&%+._-]{0,40}"])
        .prop_map(|(path, query)| path + &query)
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![
        Method::GET,
        Method::POST,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
    ])
}

/// What holds for every answer: none says that we failed, and the old protocol's are in its envelope.
fn is_ours(path: &str, method: &Method, answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status < 500, "{method} {path}: {answer:?}");
    let bodiless = *method == Method::HEAD || *method == Method::OPTIONS;
    if path.starts_with("/api/") && !bodiless {
        prop_assert!(answer.body["msg"].is_string(), "{method} {path}: {answer:?}");
        prop_assert!(!answer.body["data"].is_null(), "{method} {path}: {answer:?}");
    }
    prop_assert!(!answer.text().contains(MARKER), "{method} {path}: {}", answer.text());
    Ok(())
}

#[test]
fn whatever_is_sent_is_answered_by_us() {
    let runtime = runtime();
    let stage = runtime.block_on(Stage::unlimited());
    let request = (
        method(),
        path(),
        prop::collection::vec((name(), value()), 0..5),
        prop::collection::vec(any::<u8>(), 0..200),
    );
    proptest!(ProptestConfig::with_cases(400), |((method, path, headers, body) in request)| {
        let mut request = RequestBuilder::new(format!("http://usher{path}"), method.clone());
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&value)) {
                request = request.add_header(name, value, true);
            }
        }
        let answer = runtime.block_on(async { Answer::of(request.body(body).send(&stage.service).await).await });
        is_ours(&path, &method, &answer)?;
    });
}

/// Names of fields that some form or query of the administration has.
fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "q",
        "role",
        "state",
        "platform",
        "sort",
        "after",
        "before",
        "from",
        "until",
        "action",
        "actor",
        "user",
        "username",
        "nickname",
        "password",
        "password_again",
        "current",
        "code",
        "secret",
        "version",
        "enabled",
        "reason",
        "session",
        "back",
        "lang",
        "field",
        "own",
        "id",
        "ids",
        "all",
        "days",
        "name",
        "do",
        "done",
        "no_avatar",
        "everywhere",
        "range",
        "what",
    ])
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9.]{0,24}",
        "[0-9]{1,19}\\.[a-z0-9_]{0,20}",
        "-?[0-9]{1,20}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?",
        Just(MARKER.to_owned()),
        Just(format!("/admin/{MARKER}\r\nset-cookie: pwned=1")),
        Just("//evil.example/".to_owned()),
        Just("1\0".to_owned()),
        Just("visitor".to_owned()),
        Just("last-login".to_owned()),
        Just("username".to_owned()),
    ]
}

#[test]
fn whatever_an_administrator_sends_is_answered_and_shown_as_text() {
    let runtime = runtime();
    let stage = runtime.block_on(Stage::unlimited());
    let browser = RefCell::new(runtime.block_on(async {
        stage.phone().visit().await.data();
        stage.phone().register("alice_01", "hunter22").await.data();
        Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en")
    }));
    let routes: Vec<(Method, String)> = admin_routes(&stage.admin)
        .into_iter()
        .filter(|route| !route.path.contains("logout") && !route.path.contains("password"))
        .map(|route| (route.method.clone(), format!("/{}", route.path.replace("{**rest}", "edit/1"))))
        .collect();
    let call = (
        prop::sample::select(routes),
        prop_oneof![Just("1".to_owned()), Just("2".to_owned()), "-?[0-9]{1,20}", "[a-z%0-9]{1,8}"],
        prop::collection::vec((field(), typed()), 0..6),
    );
    proptest!(ProptestConfig::with_cases(400), |(((method, path), id, fields) in call)| {
        let path = path.replace("{id}", &id).replace("{diydir}", "x");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut browser = browser.borrow_mut();
        let answer = runtime.block_on(async {
            if method == Method::POST {
                browser.post(&path, &fields).await
            } else {
                let mut url = reqwest::Url::parse("http://usher").expect("a URL");
                url.set_path(&path);
                url.query_pairs_mut().extend_pairs(&fields);
                browser.get(&format!("{}?{}", url.path(), url.query().unwrap_or_default())).await
            }
        });
        is_ours(&path, &method, &answer)?;
        if let Some(location) = answer.header("location") {
            prop_assert!(location.starts_with('/') && !location.starts_with("//"), "{location}");
        }
        let cookies = answer.headers.get_all("set-cookie");
        prop_assert!(cookies.iter().all(|cookie| !cookie.as_bytes().starts_with(b"pwned")), "{cookies:?}");
        // Whoever locked themselves out by what they sent comes in again.
        if answer.header("location") == Some("/admin/login") {
            runtime.block_on(browser.log_in("owner"));
        }
    });
}
