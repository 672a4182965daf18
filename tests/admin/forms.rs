//! Nothing that was typed is lost: conflicts, pictures that are too large, sessions that end.

use std::time::Duration;

use usher_domain::AdministratorRole;

use crate::support::{ADMIN_PASSWORD, Answer, Browser, Stage};

fn hidden(page: &Answer, name: &str) -> String {
    let value = page.text().split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().expect("an end").to_owned()
}

#[tokio::test]
async fn a_conflict_shows_both_versions_and_keeps_what_was_typed() {
    let stage = Stage::unlimited().await;
    let id = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let path = format!("/admin/users/{id}/edit");
    let version = hidden(&browser.get(&path).await, "version");
    let fields = |nickname, version| [("username", "alice_01"), ("nickname", nickname), ("version", version)];
    assert_eq!(browser.post(&path, &fields("Theirs", &version)).await.status, 303);
    let conflict = browser.post(&path, &fields("Mine", &version)).await;
    assert_eq!(conflict.status, 409);
    let text = conflict.unescaped();
    for part in
        ["<bdi>Theirs</bdi>", "<bdi>Mine</bdi>", "name=\"nickname\" value=\"Mine\"", "id=\"user-form\""]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let current = hidden(&conflict, "version");
    assert_eq!(browser.post(&path, &fields("Mine", &current)).await.status, 303);
    assert!(browser.get(&path).await.text().contains("value=\"Mine\""));
}

#[tokio::test]
async fn a_picture_that_is_too_large_leaves_the_form() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let fields = [("username", "alice_01"), ("nickname", "Alice"), ("password", "hunter22")];
    let refused = browser.send_file("/admin/users", &fields, &vec![0; 6 * 1024 * 1024]).await;
    refused.says(413, "too-large");
    for part in ["id=\"user-form\"", "value=\"alice_01\"", "value=\"Alice\""] {
        assert!(refused.text().contains(part), "{part}: {}", refused.text());
    }
    // What no picture is ever like is not read to its end.
    let refused = browser.send_file("/admin/users", &fields, &vec![0; 40 * 1024 * 1024]).await;
    assert_eq!((refused.status, refused.text().contains("user-form")), (413, false));
}

#[tokio::test]
async fn who_was_logged_out_comes_back_to_the_page() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    browser.forget();
    for path in ["/admin", "/admin/users"] {
        browser.get(path).await.leads_to("/admin/login");
    }
    browser.get("/admin/audit?by=ann").await.leads_to("/admin/login?next=%2Fadmin%2Faudit%3Fby%3Dann");
    let mut saving = browser.clone().saying("referer", "http://usher/admin/users/1/edit");
    saving.post("/admin/users/1/edit", &[]).await.leads_to("/admin/login?next=%2Fadmin%2Fusers%2F1%2Fedit");
    let mut part =
        browser.clone().saying("hx-request", "true").saying("hx-current-url", "http://usher/admin/dashboard");
    let sent = part.get("/admin/dashboard").await;
    assert_eq!(sent.header("hx-redirect"), Some("/admin/login?next=%2Fadmin%2Fdashboard"));

    let form = browser.get("/admin/login?next=%2Fadmin%2Faudit%3Fby%3Dann").await;
    form.says(200, "log-in-next");
    let next = hidden(&form, "next").replace("&#x2f;", "/");
    let fields = [("username", "operator"), ("password", ADMIN_PASSWORD)];
    let wrong = [fields[0], ("password", "wrong horse"), ("next", next.as_str())];
    let again = browser.post("/admin/login", &wrong).await;
    assert_eq!((again.status, hidden(&again, "next").replace("&#x2f;", "/")), (401, next.clone()));
    for elsewhere in
        ["//evil.example", "https://evil.example/", "/admin/\\evil.example", "/admin\\/evil.example"]
    {
        browser
            .post("/admin/login", &[fields[0], fields[1], ("next", elsewhere)])
            .await
            .leads_to("/admin/users");
    }
    let entered = [fields[0], fields[1], ("next", next.as_str())];
    browser.post("/admin/login", &entered).await.leads_to("/admin/audit?by=ann");
}

#[tokio::test]
async fn a_page_that_asks_by_itself_keeps_no_session_alive() {
    let stage = Stage::unlimited().await;
    let mut works = Browser::of(&stage, AdministratorRole::Operator).await;
    let mut looks = Browser::of(&stage, AdministratorRole::Viewer).await;
    let page = looks.get("/admin/dashboard").await;
    assert!(page.unescaped().contains("hx-headers='{\"x-usher-poll\":\"1\"}'"), "{}", page.text());
    let mut polls = looks.clone().saying("hx-request", "true").saying("x-usher-poll", "1");
    // Longer than a session lasts that is not used.
    let mut polled = Vec::new();
    for _ in 0..10 {
        stage.wait(Duration::from_mins(10));
        assert_eq!(works.get("/admin/dashboard").await.status, 200);
        polled.push(polls.get("/admin/dashboard").await.header("hx-redirect").is_some());
    }
    assert_eq!((polled[0], polled.last()), (false, Some(&true)), "{polled:?}");
}
