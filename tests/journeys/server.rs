use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::client;
use super::program::{Installation, Server};

const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

async fn post(server: &Server, route: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Value {
    client::post(&server.url, route, fields, headers).await.body
}

async fn signed(server: &Server, route: &str, more: &[(&str, &str)]) -> Value {
    client::signed(&server.url, DEVICE, route, more).await.body
}

async fn search(server: &Server, token: &str) -> Value {
    client::search(&server.url, token).await.body
}

fn token(answer: &Value) -> String {
    answer["data"]["token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let installation = Installation::new();
    let server = installation.serve();
    let visitor = signed(&server, "visitorRegister", &[]).await;
    let user = signed(&server, "visitorregChat", &[("username", "alice_01"), ("password", "hunter22")]).await;
    assert_eq!(user["data"]["id"], visitor["data"]["id"]);
    server.kill();

    let server = installation.serve();
    assert_eq!(search(&server, &token(&user)).await, json!({"msg": "ok", "data": []}));
    let again = post(&server, "loginChat", &[("username", "alice_01"), ("password", "hunter22")], &[]).await;
    assert_eq!(again["data"]["uuid"], visitor["data"]["uuid"]);
    assert_eq!(search(&server, &token(&visitor)).await["data"], "Token 令牌不合法！");
}

#[tokio::test]
async fn disabling_at_the_command_line_shuts_the_running_servers_door_at_once() {
    let installation = Installation::new();
    let server = installation.serve();
    let user = signed(&server, "visitorregChat", &[("username", "alice_01"), ("password", "hunter22")]).await;
    let token = token(&user);
    assert_eq!(search(&server, &token).await["msg"], "ok");
    let said = installation.says(&["user", "disable", "alice_01"]);
    assert!(said.contains("disabled"), "{said}");
    // No wait and no second try: the very next call is refused.
    assert_eq!(search(&server, &token).await["data"], "当前用户不存在或者已被禁用");
    installation.says(&["user", "enable", "alice_01"]);
    assert_eq!(search(&server, &token).await["data"], "Token 令牌不合法！");
    let again = post(&server, "loginChat", &[("username", "alice_01"), ("password", "hunter22")], &[]).await;
    assert_eq!(again["msg"], "ok");
}

#[tokio::test]
async fn the_first_start_makes_secrets_and_the_log_keeps_them() {
    let installation = Installation::new();
    let mut command = installation.command(&["serve"]);
    command.env_remove("USHER_SIGNING__SALTS");
    let server = Server::start(command);
    let secrets = installation.data().join("secrets.toml");
    assert_eq!(std::fs::metadata(&secrets).expect("secrets").permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(installation.data()).expect("data").permissions().mode() & 0o777, 0o700);
    let user = post(&server, "regChat", &[("username", "alice_01"), ("password", "hunter22")], &[]).await;
    let token = token(&user);
    let searched = post(&server, &format!("chat/searchUser?token={token}"), &[("keyword", "bob")], &[]).await;
    assert_eq!(searched["msg"], "ok");

    let log = server.log_with("/api/chat/searchUser").await;
    assert!(log.contains("made new secrets"), "{log}");
    let secrets = std::fs::read_to_string(&secrets).expect("secrets");
    let kept = secrets.lines().filter_map(|line| line.split('"').nth(1));
    for secret in kept.chain([token.as_str(), "hunter22"]) {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

#[tokio::test]
async fn it_stops_when_told() {
    let installation = Installation::new();
    let server = installation.serve();
    signed(&server, "visitorRegister", &[]).await;
    let (clean, took) = server.stop();
    assert!(clean && took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn two_servers_on_one_installation_share_everything_that_lasts() {
    let installation = Installation::new();
    let (one, other) = (installation.serve(), installation.serve());
    let user = post(&one, "regChat", &[("username", "alice_01"), ("password", "hunter22")], &[]).await;
    let token = token(&user);
    assert_eq!(search(&other, &token).await["msg"], "ok");
    assert_eq!(post(&other, "chat/logout", &[], &[("token", &token)]).await["data"], true);
    assert_eq!(search(&one, &token).await["data"], "Token 令牌不合法！");
}

#[tokio::test]
async fn behind_tls_an_administrators_cookies_are_for_this_host_and_tls_alone() {
    let installation = Installation::new();
    for (trusted, prefix) in [("127.0.0.0/8", "__Host-"), ("192.0.2.0/24", "")] {
        let mut command = installation.command(&[]);
        command.env("USHER_HTTP__TRUSTED_PROXIES", trusted);
        let server = Server::start(command);
        let log = installation.told(&["admin", "create", "ann"], "correct horse\n");
        assert!(log.status.success() || trusted != "127.0.0.0/8");
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let log_in = [("username", "ann"), ("password", "correct horse")];
        for (page, fields, name) in
            [("login", &log_in[..], "usher_admin="), ("language", &[("lang", "en")], "usher_lang=")]
        {
            let answer = client
                .post(format!("{}/admin/{page}", server.url))
                .header("x-forwarded-proto", "https")
                .form(fields)
                .send()
                .await
                .expect("an answer");
            let set = answer.headers().get("set-cookie").and_then(|it| it.to_str().ok()).expect("a cookie");
            assert!(set.starts_with(&format!("{prefix}{name}")), "{trusted}: {set}");
            assert_eq!(set.contains("Secure"), trusted == "127.0.0.0/8", "{set}");
            assert!(set.contains("Path=/;") || set.ends_with("Path=/"), "{set}");
        }
    }
}

#[tokio::test]
async fn each_login_is_logged_with_account_kind_and_result() {
    let installation = Installation::new();
    let server = installation.serve();
    let user = signed(&server, "visitorregChat", &[("username", "alice_01"), ("password", "hunter22")]).await;
    let id = user["data"]["id"].as_i64().expect("an id");
    assert!(installation.told(&["admin", "create", "ann"], "correct horse\n").status.success());
    signed(&server, "visitorRegister", &[]).await;
    for (name, password) in
        [("alice_01", "hunter22"), ("alice_01", "secret_typo"), ("secret_name", "hunter22")]
    {
        post(&server, "loginChat", &[("username", name), ("password", password)], &[]).await;
    }
    signed(&server, "visitorloginChat", &[("username", "alice_01"), ("password", "hunter22")]).await;
    for password in ["correct horse", "secret_horse"] {
        let form = [("username", "ann"), ("password", password)];
        let request = reqwest::Client::new().post(format!("{}/admin/login", server.url)).form(&form);
        request.send().await.expect("an answer");
    }
    let log = server.log_with("wrong credentials").await;
    for secret in ["hunter22", "secret_", "alice_01", "correct horse"] {
        assert!(!log.contains(secret), "the log holds {secret}: {log}");
    }
    let logins: Vec<_> = lines(&log).filter_map(|line| login(&line)).collect();
    let of = |name: &str, id: i64, kind: &str, result: &str| json!([name, id, kind, result]);
    let expected = [
        of("user", id, "device", "accepted"),
        of("user", id, "password", "accepted"),
        of("user", id, "password", "wrong password"),
        json!([null, null, "password", "unknown or disabled account"]),
        of("user", id, "password and device", "accepted"),
        of("administrator", 1, "password", "accepted"),
        of("administrator", 1, "password", "wrong credentials"),
    ];
    assert_eq!(logins, expected, "{log}");
}

#[tokio::test]
async fn the_line_of_a_refused_call_says_why() {
    let installation = Installation::new();
    let server = installation.serve();
    post(&server, "regChat", &[("username", "alice_01"), ("password", "hunter22")], &[]).await;
    post(&server, "visitorRegister", &[("deviceId", DEVICE), ("timestamp", "1")], &[]).await;
    search(&server, "secret_token").await;
    post(&server, "loginChat", &[("username", "alice_01"), ("password", "secret_typo")], &[]).await;
    post(&server, "regChat", &[("username", "secret name"), ("password", "hunter22")], &[]).await;
    let log = server.log_with("field_invalid").await;
    let answered = lines(&log).filter(|line| line["message"] == "answered");
    let reasons: Vec<_> = answered.map(|line| line["refused"].clone()).collect();
    let expected = json!([null, "signature_missing", "token_invalid", "wrong_password", "field_invalid"]);
    assert_eq!(json!(reasons), expected, "{log}");
    assert!(!log.contains("secret_") && !log.contains("secret name"), "{log}");
}

/// The lines of a log.
fn lines(log: &str) -> impl Iterator<Item = Value> {
    serde_json::Deserializer::from_str(log).into_iter().map(|line| line.expect("JSON"))
}

/// A line of the log about a login: of what account, how, and how it ended.
fn login(said: &Value) -> Option<Value> {
    said["message"].as_str().filter(|it| it.ends_with("login"))?;
    let account = ["user", "administrator"].into_iter().find(|name| said[*name].is_number());
    let id = account.map(|name| said[name].clone());
    Some(json!([account, id, said["kind"], said["result"]]))
}
