use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use usher::config::Config;
use usher_domain::{AdministratorRole, AuditAction, AuditFilter};

use crate::support::{ADMIN_PASSWORD, Browser, Stage};

fn account<'a>(name: &'a str, password: &'a str, again: &'a str) -> [(&'static str, &'a str); 3] {
    [("username", name), ("password", password), ("password_again", again)]
}

#[tokio::test]
async fn the_first_administrator_comes_by_the_link() {
    let stage = Stage::new().await;
    let mut browser = Browser::new(&stage).saying("accept-language", "en");
    let form = browser.get(&format!("/admin/setup?code={}", stage.set_up_code)).await;
    form.says(200, "set-up-lead");
    assert!(
        form.text().contains(&format!("name=\"code\" value=\"{}\"", stage.set_up_code)),
        "{}",
        form.text()
    );

    // The code stands in the address, which goes nowhere and is kept nowhere; it can be typed as well.
    assert_eq!(form.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(form.header("cache-control"), Some("no-store"));
    let typed = browser.get("/admin/setup").await;
    assert!(typed.text().contains("<input id=\"code\" name=\"code\""), "{}", typed.text());

    let code = ("code", stage.set_up_code.as_str());
    for (fields, error) in [
        (account("ann", ADMIN_PASSWORD, "another horse"), "The passwords don&#x27;t match."),
        (account("a b", ADMIN_PASSWORD, ADMIN_PASSWORD), "Use 3–64 characters"),
        (account("ann", "short", "short"), "Use 8–128 characters for the password."),
    ] {
        let refused = browser.post("/admin/setup", &[&[code], &fields[..]].concat()).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(error), "{}", refused.text());
    }
    let wrong = [("code", "00000000000000000000000000000000")];
    let refused = browser
        .post("/admin/setup", &[&wrong, &account("ann", ADMIN_PASSWORD, ADMIN_PASSWORD)[..]].concat())
        .await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("This link has expired or was used."), "{}", refused.text());

    let fields = [&[code], &account("ann", ADMIN_PASSWORD, ADMIN_PASSWORD)[..]].concat();
    let mut browser = browser.saying("origin", "null");
    let entered = browser.post("/admin/setup", &fields).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/admin/users")));
    let cookie = entered.header("set-cookie").expect("a cookie");
    for word in ["usher_admin=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let front = browser.get("/admin/users").await;
    assert_eq!(front.status, 200);
    assert!(front.text().contains("<strong>ann</strong> <small>Owner</small>"), "{}", front.text());

    let closed = Browser::new(&stage).get(&format!("/admin/setup?code={}", stage.set_up_code)).await;
    closed.says(403, "set-up-closed");
    let late = Browser::new(&stage).post("/admin/setup", &fields).await;
    late.says(403, "set-up-closed");
}

#[tokio::test]
async fn an_unknown_client_learns_nothing() {
    let stage = Stage::new().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await;
    browser.forget();
    let mut answers = Vec::new();
    for (name, password) in [("owner", "wrong horse"), ("nobody", ADMIN_PASSWORD), ("", ""), ("a\0b", "x")] {
        let refused = browser.post("/admin/login", &[("username", name), ("password", password)]).await;
        refused.says(401, "error-credentials");
        answers.push(refused.text().replace(&format!("value=\"{name}\""), "value=\"\""));
    }
    assert!(answers.windows(2).all(|pair| pair[0].len().abs_diff(pair[1].len()) < 16), "{answers:?}");
    for _ in 0..9 {
        browser.post("/admin/login", &[("username", "owner"), ("password", "wrong horse")]).await;
    }
    let slowed = browser.post("/admin/login", &[("username", "owner"), ("password", ADMIN_PASSWORD)]).await;
    assert_eq!((slowed.status, slowed.header("retry-after").is_some()), (429, true));
}

#[tokio::test]
async fn one_logs_out_here_or_everywhere() {
    let stage = Stage::new().await;
    let mut here = Browser::of(&stage, AdministratorRole::Viewer).await;
    let mut there = Browser::new(&stage);
    there.log_in("viewer").await;
    let out = here.post("/admin/logout", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, Some("/admin/login")));
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    assert_eq!(here.get("/admin/users").await.header("location"), Some("/admin/login"));
    there.get("/admin/users").await.says(200, "im-users");
    here.log_in("viewer").await;
    here.post("/admin/logout", &[("everywhere", "1")]).await;
    assert_eq!(there.get("/admin/users").await.header("location"), Some("/admin/login"));
}

#[tokio::test]
async fn a_login_ends_the_session_that_the_browser_had() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let mut elsewhere = Browser::new(&stage);
    elsewhere.log_in("viewer").await;
    let mut older = browser.clone();
    // The form was loaded before the session began, so it holds no token of it.
    browser.csrf.clear();
    let wrong = browser.post("/admin/login", &[("username", "viewer"), ("password", "wrong horse")]).await;
    wrong.says(401, "error-credentials");
    older.get("/admin/users").await.says(200, "im-users"); // a failed login ends nothing
    browser.csrf.clear();
    browser.log_in("viewer").await;
    assert_eq!(older.get("/admin/users").await.header("location"), Some("/admin/login"));
    browser.get("/admin/users").await.says(200, "im-users");
    elsewhere.get("/admin/users").await.says(200, "im-users"); // the session of another browser goes on
}

#[tokio::test]
async fn a_session_that_is_not_used_is_over() {
    let stage = Stage::new().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    stage.wait(Duration::from_mins(29));
    browser.get("/admin/users").await.says(200, "im-users");
    stage.wait(Duration::from_mins(29));
    browser.get("/admin/users").await.says(200, "im-users");
    stage.wait(Duration::from_mins(31));
    assert_eq!(browser.get("/admin/users").await.header("location"), Some("/admin/login"));
}

#[tokio::test]
async fn it_speaks_the_browsers_language_or_the_chosen_one() {
    let stage = Stage::new().await;
    let mut browser = Browser::new(&stage).saying("accept-language", "zh-CN,zh;q=0.9");
    let page = browser.get("/admin/login").await;
    assert!(
        page.text().contains("<html lang=\"zh-CN\" ") && page.text().contains("管理后台"),
        "{}",
        page.text()
    );
    let chosen = browser.post("/admin/language", &[("lang", "en"), ("back", "/admin/login")]).await;
    assert_eq!((chosen.status, chosen.header("location")), (303, Some("/admin/login")));
    let cookie = chosen.header("set-cookie").expect("a cookie");
    for word in ["usher_lang=en", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let page = browser.get("/admin/login").await;
    assert!(page.text().contains("<html lang=\"en\" ") && page.text().contains("Administration"));
    for elsewhere in ["https://evil.example", "//evil.example", "/api", "/admin/\r\nset-cookie: x=y"] {
        let sent = browser.post("/admin/language", &[("lang", "xx"), ("back", elsewhere)]).await;
        assert_ne!(sent.header("location"), Some(elsewhere));
        assert!(sent.headers.get_all("set-cookie").iter().all(|it| !it.as_bytes().starts_with(b"x=")));
    }
}

#[tokio::test]
async fn pages_are_shut_off_from_everything_else() {
    let stage = Stage::new().await;
    let page = Browser::new(&stage).get("/admin/login").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value));
    }
    let text = page.text();
    for word in ["<style", " style=", " onclick", "javascript:", "http://", "https://"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let loaded: BTreeSet<_> = text
        .split('"')
        .filter(|part| part.starts_with("/admin/assets/"))
        .filter_map(|part| part.split('#').next().map(str::to_owned))
        .collect();
    assert_eq!(loaded.len(), 5, "{text}");
    for file in loaded {
        let asset = stage.get(&file).await;
        assert_eq!(asset.status, 200, "{file}");
        assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    assert_eq!(stage.get("/admin/assets/admin.0000000000000000.css").await.status, 404);
}

const GUESS: [(&str, &str); 2] = [("username", "owner"), ("password", "wrong horse")];
const RIGHT: [(&str, &str); 2] = [("username", "owner"), ("password", ADMIN_PASSWORD)];

fn at(stage: &Arc<Stage>, address: &str) -> Browser {
    Browser::new(stage).saying("x-forwarded-for", address)
}

fn behind_a_proxy(config: &mut Config) {
    config.http.trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
}

#[tokio::test]
async fn guesses_from_one_network_lock_no_administrator_out_elsewhere() {
    let stage = Stage::with(behind_a_proxy).await;
    drop(Browser::of(&stage, AdministratorRole::Owner).await);
    for number in 0..20 {
        at(&stage, &format!("2001:db8:1:{number}::1")).post("/admin/login", &GUESS).await;
    }
    at(&stage, "2001:db8:1:99::1").post("/admin/login", &RIGHT).await.says(429, "error-many");
    at(&stage, "2001:db8:2::1").post("/admin/login", &RIGHT).await.leads_to("/admin/users");
}

#[tokio::test]
async fn a_browser_is_known_again_whatever_others_use_up() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_administrator.0 = "10/1h".parse().expect("a limit");
        config.limits.per_address.0 = "5/1h".parse().expect("a limit");
    })
    .await;
    let mut known = Browser::of(&stage, AdministratorRole::Owner).await;
    known.post("/admin/logout", &[]).await;
    for number in 0..20 {
        at(&stage, &format!("198.51.{number}.1")).post("/admin/login", &GUESS).await;
    }
    // Also what is used up at its own address.
    for number in 0..20 {
        let name = format!("other_{number}");
        Browser::new(&stage).post("/admin/login", &[("username", &name), GUESS[1]]).await;
    }
    at(&stage, "203.0.113.1").post("/admin/login", &RIGHT).await.says(429, "error-many");
    let come = known.post("/admin/login", &RIGHT).await;
    come.leads_to("/admin/users");
    let cookies: Vec<_> =
        come.headers.get_all("set-cookie").iter().filter_map(|it| it.to_str().ok()).collect();
    let cookie = cookies.iter().find(|it| it.starts_with("usher_browser=")).expect("a cookie");
    for word in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(cookie.contains(word), "{cookie}");
    }
    // It is good for this administrator, and for as many attempts as a network has, that login among them.
    known.post("/admin/logout", &[]).await;
    known.post("/admin/login", &[("username", "nobody"), GUESS[1]]).await.says(429, "error-many");
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(known.post("/admin/login", &GUESS).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 9, "{statuses:?}");
    // And not for ever.
    stage.wait(Duration::from_hours(181 * 24));
    for number in 0..20 {
        at(&stage, &format!("198.51.{number}.1")).post("/admin/login", &GUESS).await;
    }
    known.post("/admin/login", &RIGHT).await.says(429, "error-many");
}

#[tokio::test]
async fn strangers_cannot_fill_the_audit_log() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_network_audit.0 = "3/1h".parse().expect("a limit");
        config.limits.per_installation_audit.0 = "5/1h".parse().expect("a limit");
    })
    .await;
    let failures = async || {
        let filter = AuditFilter { action: Some(AuditAction::LogInFailed), ..AuditFilter::default() };
        let entries = stage.adapters.audit.list(&filter, None, 100).await.expect("entries");
        entries.into_iter().rev().map(|entry| entry.record.subject).collect::<Vec<_>>()
    };
    for number in 0..9 {
        let fields = [("username", format!("nobody_{number}")), ("password", "wrong horse".to_owned())];
        let fields = fields.each_ref().map(|(name, text)| (*name, text.as_str()));
        at(&stage, "192.0.2.1").post("/admin/login", &fields).await.says(401, "error-credentials");
    }
    assert_eq!(failures().await, ["", "", ""]);
    // What was not written is counted in the next entry.
    at(&stage, "198.51.100.1").post("/admin/login", &GUESS).await;
    assert_eq!(failures().await, ["", "", "", "+6"]);
    for number in 0..9 {
        at(&stage, &format!("203.0.{number}.1")).post("/admin/login", &GUESS).await;
    }
    assert_eq!(failures().await.len(), 5);
    stage.wait(Duration::from_mins(12));
    let wrong = [("code", "00000000000000000000000000000000")];
    let fields = [&wrong, &account("ann", ADMIN_PASSWORD, ADMIN_PASSWORD)[..]].concat();
    at(&stage, "203.0.113.1").post("/admin/setup", &fields).await.says(403, "set-up-closed");
    assert_eq!(failures().await.last().map(String::as_str), Some("setup +8"));
}
