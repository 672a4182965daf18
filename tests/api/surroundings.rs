use salvo::test::TestClient;
use serde_json::json;

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

#[tokio::test]
async fn pages_of_allowed_origins_may_call() {
    let stage =
        Stage::with(|config| config.http.allowed_origins = vec!["https://chat.example.com".into()]).await;
    for (origin, allowed) in [("https://chat.example.com", true), ("https://evil.example.com", false)] {
        let preflight = TestClient::options("http://usher/api/regChat")
            .add_header("origin", origin, true)
            .add_header("access-control-request-method", "POST", true)
            .add_header("access-control-request-headers", "token,x-security-sign", true);
        let answer = Answer::of(preflight.send(&stage.service).await).await;
        assert_eq!(answer.header("access-control-allow-origin").is_some(), allowed, "{origin}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn a_path_is_served_in_one_spelling_only() {
    let stage = Stage::new().await;
    for path in ["//readyz", "/readyz/", "/%72eadyz", "//admin/login", "/%61dmin/login"] {
        stage.get(path).await.is(404, "404 错误");
    }
}
