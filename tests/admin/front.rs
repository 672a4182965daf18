//! The first minutes: what a browser is told before there is an administrator, and at the root.

use usher_domain::AdministratorRole;

use crate::support::{Browser, Stage};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_at_the_root_is_told_where_to_go() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::new(&stage).saying("accept", BROWSER);
    let first = browser.get("/").await;
    first.says(200, "set-up-first");
    first.says(200, "front-healthy");
    assert!(first.text().contains("href=\"/admin/setup\""), "{}", first.text());
    assert_eq!(first.header("content-type"), Some("text/html; charset=utf-8"));
    Browser::of(&stage, AdministratorRole::Owner).await;
    let later = browser.saying("accept-language", "zh").get("/").await;
    assert!(
        later.text().contains("href=\"/admin/login\"") && later.text().contains("运行正常"),
        "{}",
        later.text()
    );
}

#[tokio::test]
async fn programs_get_at_the_root_what_they_always_got() {
    let stage = Stage::unlimited().await;
    stage.get("/").await.is(404, "404 错误");
    for accept in ["*/*", "application/json", "application/json, text/plain, */*"] {
        let answer = Browser::new(&stage).saying("accept", accept).get("/").await;
        answer.is(404, "404 错误");
    }
}

#[tokio::test]
async fn before_there_is_an_administrator_the_log_in_says_so() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::new(&stage).saying("accept-language", "en");
    browser.get("/admin").await.leads_to("/admin/login");
    browser.get("/admin/login").await.says(200, "set-up-first");
    let wrong = browser.get("/admin/setup?code=00000000").await;
    wrong.says(403, "set-up-wrong");
    assert!(!wrong.text().contains("name=\"password\""), "{}", wrong.text());
    browser.get(&format!("/admin/setup?code={}", stage.set_up_code)).await.says(200, "set-up-lead");
    Browser::of(&stage, AdministratorRole::Owner).await;
    let later = browser.get("/admin/login").await;
    assert!(!later.text().contains("/admin/setup"), "{}", later.text());
}

#[tokio::test]
async fn an_empty_list_says_how_the_first_user_comes_about() {
    let stage = Stage::new().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let empty = browser.get("/admin/users").await;
    for line in ["No users yet.", "usher sign --device", "usher demo --users 200"] {
        assert!(empty.text().contains(line), "{line}: {}", empty.text());
    }
    let filtered = browser.get("/admin/users?q=nobody").await;
    assert!(filtered.text().contains("No users match.") && !filtered.text().contains("usher demo"));
}

#[tokio::test]
async fn pages_look_as_the_browser_chose() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let looks = |page: &str| page.lines().nth(1).expect("<html>").to_owned();
    let unchosen = looks(browser.get("/admin/users").await.text());
    assert!(unchosen.contains("data-theme=\"system\" data-density=\"comfortable\""), "{unchosen}");
    for (choice, expected) in [
        (("theme", "dark"), "data-theme=\"dark\" data-density=\"comfortable\""),
        (("density", "compact"), "data-theme=\"dark\" data-density=\"compact\""),
        (("theme", "\"><script>"), "data-theme=\"dark\" data-density=\"compact\""),
    ] {
        let back = ("back", "/admin/users?q=a");
        browser.post("/admin/appearance", &[choice, back]).await.leads_to("/admin/users?q=a");
        let page = looks(browser.get("/admin/users").await.text());
        assert!(page.contains(expected), "{choice:?}: {page}");
    }
    let forged = browser.clone().saying("cookie", "usher_theme=\"><script>").get("/admin/login").await;
    assert!(!forged.text().contains("<script>\""), "{}", forged.text());
}

#[tokio::test]
async fn an_owner_fills_an_empty_installation_once() {
    let stage = Stage::unlimited().await;
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let empty = operator.get("/admin/users").await;
    assert!(empty.text().contains("usher demo") && !empty.text().contains("/admin/users/demo"));
    operator.post("/admin/users/demo", &[]).await.says(403, "forbidden");
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    assert!(owner.get("/admin/users").await.text().contains("action=\"/admin/users/demo\""));
    let loaded = owner.post("/admin/users/demo", &[]).await;
    assert!(loaded.text().contains("200 made-up users added"), "{}", loaded.text());
    let password = loaded.text().split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("one");
    let list = owner.get("/admin/users?role=user&state=enabled").await;
    let name =
        list.text().split("<bdi title=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
    stage.phone().log_in(name, password).await.data();
    assert!(!owner.get("/admin/users?state=disabled").await.text().contains("users-none"));
    owner.post("/admin/users/demo", &[]).await.leads_to("/admin/users");
    assert!(owner.get("/admin/users").await.text().contains("of 195"), "no one is added to users who exist");
    assert!(owner.get("/admin/audit").await.text().contains("Demo data loaded"));
}
