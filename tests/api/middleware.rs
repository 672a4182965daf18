use std::time::Duration;

use salvo::test::TestClient;
use serde_json::json;
use usher_ports::inbound::JobRun;
use usher_ports::outbound::Clock as _;

use crate::support::{Answer, Stage};

#[tokio::test]
async fn where_there_is_no_route_it_says_so_in_the_envelope() {
    let stage = Stage::new().await;
    for path in ["/", "/api", "/api/nothing", "/api/regChat", "/api/userinfo", "/api/userinfo/a/b", "/%ff"] {
        stage.get(path).await.is(404, "404 错误");
    }
    let posted = TestClient::post("http://usher/api/userinfo/x").send(&stage.service).await;
    Answer::of(posted).await.is(404, "404 错误");
}

#[tokio::test]
async fn it_tells_whether_it_lives_and_can_serve() {
    let stage = Stage::new().await;
    for path in ["/healthz", "/readyz"] {
        let answer = stage.get(path).await;
        assert_eq!((answer.status, answer.body), (200, json!({"status": "ok"})));
    }
}

#[tokio::test]
async fn it_tells_what_ran_in_the_background() {
    let stage = Stage::new().await;
    assert_eq!(stage.get("/readyz?verbose").await.body, json!({"status": "ok", "jobs": []}));
    let (started_at, took) = (stage.clock.now(), Duration::from_millis(1_500));
    for (job, succeeded) in [("sweep_avatars", true), ("flush_statistics", false)] {
        stage.adapters.job_log.note(JobRun { job, started_at, took, succeeded });
    }
    let run = |job, succeeded| json!({"job": job, "started_at": "2025-07-18T10:44:09.008Z", "seconds": 1.5, "succeeded": succeeded});
    let answer = stage.get("/readyz?verbose").await;
    assert_eq!(answer.status, 200, "a job that fails takes no node out");
    let jobs = [run("flush_statistics", false), run("sweep_avatars", true)];
    assert_eq!(answer.body, json!({"status": "ok", "jobs": jobs}));
    assert_eq!(stage.get("/readyz").await.body, json!({"status": "ok"}));
}

#[tokio::test]
async fn every_request_has_an_id_its_callers_if_that_is_plain() {
    let stage = Stage::new().await;
    let id = async |sent: &str| {
        let request = TestClient::get("http://usher/healthz").add_header("x-request-id", sent, true);
        let answer = Answer::of(request.send(&stage.service).await).await;
        answer.header("x-request-id").expect("an id").to_owned()
    };
    assert_eq!(id("abc-123").await, "abc-123");
    for strange in ["", "a b", "a\tb", &"x".repeat(65)] {
        assert!(uuid::Uuid::parse_str(&id(strange).await).is_ok());
    }
}

fn preflight(path: &str, origin: &str) -> salvo::test::RequestBuilder {
    TestClient::options(format!("http://usher{path}"))
        .add_header("origin", origin, true)
        .add_header("access-control-request-method", "POST", true)
        .add_header("access-control-request-headers", "token,x-security-sign", true)
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call() {
    let stage =
        Stage::with(|config| config.http.allowed_origins = vec!["https://chat.example.com".into()]).await;
    for (path, origin, allowed) in [
        ("/api/regChat", "https://chat.example.com", true),
        ("/api/regChat", "https://evil.example.com", false),
        ("/avatars/x", "https://chat.example.com", true),
        ("/admin/login", "https://chat.example.com", false),
        ("/readyz", "https://chat.example.com", false),
    ] {
        let answer = Answer::of(preflight(path, origin).send(&stage.service).await).await;
        assert_eq!(answer.header("access-control-allow-origin").is_some(), allowed, "{path} {origin}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let asked =
        TestClient::get("http://usher/api/userinfo/1").add_header("origin", "https://chat.example.com", true);
    let answer = Answer::of(asked.send(&stage.service).await).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://chat.example.com"));
    assert!(answer.header("vary").is_some_and(|vary| vary.contains("origin")), "{:?}", answer.headers);
}

#[tokio::test]
async fn by_default_no_page_elsewhere_may_call_and_any_may_be_allowed_to() {
    let stage = Stage::new().await;
    let answer =
        Answer::of(preflight("/api/regChat", "https://chat.example.com").send(&stage.service).await).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (404, None));
    let stage = Stage::with(|config| config.http.allowed_origins = vec!["*".into()]).await;
    let answer =
        Answer::of(preflight("/api/regChat", "https://chat.example.com").send(&stage.service).await).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
}

#[tokio::test]
async fn every_answer_tells_browsers_what_they_must_not_do() {
    let stage = Stage::new().await;
    let post = |path: &str| TestClient::post(format!("http://usher{path}"));
    let large =
        post("/api/regChat").add_header("content-type", "application/json", true).body(vec![b'x'; 200_000]);
    for (request, status) in [
        (TestClient::get("http://usher/healthz"), 200),
        (TestClient::get("http://usher/nothing"), 404),
        (TestClient::get("http://usher//healthz"), 404),
        (TestClient::get("http://usher/avatars/nothing"), 404),
        (TestClient::get("http://usher/admin/login"), 200),
        (TestClient::get("http://usher/admin/users"), 303),
        (TestClient::get("http://usher/api/userinfo/1"), 400),
        (post("/api/regChat"), 422),
        (post("/healthz"), 405),
        (large, 413),
    ] {
        let answer = Answer::of(request.send(&stage.service).await).await;
        assert_eq!(answer.status, status);
        let says = |name: &str, part: &str| answer.header(name).is_some_and(|value| value.contains(part));
        assert!(says("x-content-type-options", "nosniff"), "{answer:?}");
        assert!(says("content-security-policy", "default-src 'none'"), "{answer:?}");
        assert!(says("content-security-policy", "frame-ancestors 'none'"), "{answer:?}");
        assert!(says("x-frame-options", "DENY") && says("cache-control", "no-store"), "{answer:?}");
        assert!(answer.header("referrer-policy").is_some(), "{answer:?}");
        assert!(says("cross-origin-resource-policy", "same-origin"), "{answer:?}");
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("allow").is_some(), status == 405, "{answer:?}");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let trusted = Stage::with(|config| {
        config.http.trusted_proxies = vec!["0.0.0.0/0".parse().expect("a network")];
    })
    .await;
    let strangers = Stage::new().await;
    for (stage, name, value, told) in [
        (&trusted, "x-forwarded-proto", "https", true),
        (&trusted, "x-forwarded-proto", "http", false),
        (&trusted, "x-forwarded-proto", "https, http", false),
        (&trusted, "forwarded", "for=192.0.2.1;proto=https", true),
        (&trusted, "forwarded", "proto=https, for=192.0.2.1;proto=http", false),
        (&strangers, "x-forwarded-proto", "https", false),
        (&strangers, "forwarded", "proto=https", false),
    ] {
        let request = TestClient::get("http://usher/healthz").add_header(name, value, true);
        let answer = Answer::of(request.send(&stage.service).await).await;
        assert_eq!(answer.header("strict-transport-security").is_some(), told, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_path_is_served_in_one_spelling_only() {
    let stage = Stage::new().await;
    for path in ["//readyz", "/readyz/", "/%72eadyz", "//admin/login", "/%61dmin/login"] {
        stage.get(path).await.is(404, "404 错误");
    }
}
