//! Users made, changed, looked at, deleted and brought back.

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AdministratorRole, UserId};
use usher_ports::inbound::Purge;

use crate::support::{Answer, Browser, Stage};

/// What somebody may type to attack the page.
const PAYLOAD: [&str; 4] = [
    "\"><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "</textarea><svg onload=x>",
];

async fn operator(stage: &Arc<Stage>) -> Browser {
    Browser::of(stage, AdministratorRole::Operator).await.saying("accept-language", "en")
}

fn id_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.header("location").expect("a location");
    path.trim_start_matches("/admin/users/").parse().expect("somebody's page")
}

fn hidden(page: &Answer, name: &str) -> String {
    let value = page.text().split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().expect("an end").to_owned()
}

fn draft<'a>(username: &'a str, nickname: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    [("username", username), ("nickname", nickname), ("password", password)]
}

#[tokio::test]
async fn a_user_is_made_and_logs_in() {
    let stage = Stage::unlimited().await;
    let mut browser = operator(&stage).await;
    let form = browser.get("/admin/users/new").await;
    assert!(form.text().contains("<h1>New user</h1>"), "{}", form.text());
    let id = id_of(&browser.post("/admin/users", &draft("alice_01", "爱丽丝", "hunter22")).await);
    let page = browser.get(&format!("/admin/users/{id}")).await;
    for word in ["alice_01", "爱丽丝", "User created", "operator"] {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    let come = stage.phone().log_in("alice_01", "hunter22").await.data();
    assert_eq!((&come["id"], &come["nickname"]), (&id.into(), &"爱丽丝".into()));
    // The staff has the names that are kept for it.
    id_of(&browser.post("/admin/users", &draft("kefu01", "", "hunter22")).await);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field() {
    let stage = Stage::unlimited().await;
    stage.phone().register("taken_01", "hunter22").await.data();
    let mut browser = operator(&stage).await;
    let long = "x".repeat(51);
    for (fields, message) in [
        (draft("ab", "", "hunter22"), "Use 4–20 characters."),
        (draft("a b c d", "", "hunter22"), "Letters, digits and underscores only."),
        (draft("VIS_one", "", "hunter22"), "Reserved"),
        (draft("TAKEN_01", "", "hunter22"), "Taken"),
        (draft("free_01", "", "short"), "Use 6–20 characters for the password."),
        (draft("free_01", &long, "hunter22"), "class=\"error\">Optional, up to 50 characters"),
    ] {
        let refused = browser.post("/admin/users", &fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(refused.text().contains(message), "{message}: {}", refused.text());
        assert!(!refused.text().contains("hunter22"), "a password is not sent back");
    }
    // The same while typing.
    for (field, typed, message, good) in [
        ("username", "free_01", "Available", true),
        ("username", "taken_01", "Taken", false),
        ("username", "x", "Use 4–20 characters.", false),
        ("nickname", long.as_str(), "up to 50", false),
        ("password", "hunter22", "Password accepted", true),
        ("password", "x", "Use 6–20 characters for the password.", false),
    ] {
        let said = browser.post("/admin/users/check", &[("field", field), (field, typed)]).await;
        assert_eq!(said.status, 200);
        let class = if good { "class=\"good\"" } else { "class=\"error\"" };
        assert!(said.text().contains(message) && said.text().contains(class), "{}", said.text());
    }
    let own = [("field", "username"), ("username", "Taken_01"), ("own", "taken_01")];
    assert!(browser.post("/admin/users/check", &own).await.text().contains("Available"));
    browser.post("/admin/users/check", &[("field", "x")]).await.says(404, "not-found");
}

#[tokio::test]
async fn an_edit_leaves_what_is_left_empty_and_guards_against_another_one() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut browser = operator(&stage).await;
    let path = format!("/admin/users/{id}/edit");
    let version = hidden(&browser.get(&path).await, "version");
    let fields = [("username", "alice_01"), ("nickname", "Ally"), ("password", ""), ("version", &version)];
    assert_eq!(id_of(&browser.post(&path, &fields).await), id);
    assert_eq!(phone.standing().await, "user", "no password, no end of sessions");
    let late = browser.post(&path, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("was changed by someone else"), "{}", late.text());

    let version = hidden(&browser.get(&path).await, "version");
    let fields =
        [("username", "Renamed_1"), ("nickname", "Ally"), ("password", "another1"), ("version", &version)];
    id_of(&browser.post(&path, &fields).await);
    assert_eq!(phone.standing().await, "Token 令牌不合法！", "a new password ends sessions");
    assert_eq!(stage.phone().log_in("renamed_1", "another1").await.data()["id"], id);
    stage.phone().log_in("alice_01", "hunter22").await.refused("账号不存在或者被禁用");

    // A visitor keeps the name and has no password.
    let visitor = stage.phone().visit().await.data();
    let (id, name) = (&visitor["id"], visitor["username"].as_str().expect("a name"));
    let path = format!("/admin/users/{id}/edit");
    let form = browser.get(&path).await;
    assert!(
        form.text().contains("disabled") && !form.text().contains("name=\"password\""),
        "{}",
        form.text()
    );
    let fields = [("username", "another_1"), ("password", "hunter22"), ("nickname", "Guest")];
    id_of(&browser.post(&path, &fields).await);
    let page = browser.get(&format!("/admin/users/{id}")).await;
    assert!(page.text().contains(name) && page.text().contains("Guest"), "{}", page.text());
}

#[tokio::test]
async fn a_deleted_user_comes_back_or_is_gone_in_the_end() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut browser = operator(&stage).await;
    let path = format!("/admin/users/{id}/delete");
    let question = browser.get(&path).await;
    assert!(question.text().contains("Delete alice_01"), "{}", question.text());
    assert!(question.text().contains("Can be restored for 30 days."), "{}", question.text());
    assert_eq!(phone.standing().await, "user", "a question deletes nobody");
    let version = hidden(&question, "version");
    id_of(&browser.post(&path, &[("version", &version), ("reason", "asked for it")]).await);
    assert_eq!(phone.standing().await, "当前用户不存在或者已被禁用");
    assert!(!browser.get("/admin/users").await.text().contains("alice_01"));
    let gone = browser.get("/admin/users?state=deleted").await;
    assert!(gone.text().contains("alice_01") && gone.text().contains("Restore"), "{}", gone.text());
    let page = browser.get(&format!("/admin/users/{id}")).await;
    assert!(page.text().contains("asked for it"), "{}", page.text());
    browser.post(&path, &[]).await.says(404, "not-found");

    id_of(
        &browser.post(&format!("/admin/users/{id}/restore"), &[("version", &hidden(&page, "version"))]).await,
    );
    assert_eq!(stage.phone().log_in("alice_01", "hunter22").await.data()["id"], id);

    browser.post(&path, &[]).await;
    stage.wait(Duration::from_hours(24 * 29));
    assert_eq!(stage.keeping.purge_deleted().await.expect("a number"), Purge::Removed(0));
    stage.wait(Duration::from_hours(25));
    assert_eq!(stage.keeping.purge_deleted().await.expect("a number"), Purge::Removed(1));
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await;
    browser.get(&format!("/admin/users/{id}")).await.says(404, "not-found");
    let id_again = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64();
    assert!(id_again > Some(id));
}

#[tokio::test]
async fn a_disable_can_have_a_reason_and_an_end() {
    let stage = Stage::unlimited().await;
    let id = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut browser = operator(&stage).await;
    let (here, path) = (format!("/admin/users/{id}"), format!("/admin/users/{id}/status"));
    let version = hidden(&browser.get(&here).await, "version");
    // The plays begin on 2025-07-18.
    let fields = [
        ("version", version.as_str()),
        ("enabled", "0"),
        ("back", here.as_str()),
        ("reason", "spam"),
        ("until", "2025-07-20T12:00"),
    ];
    let wrong = [&fields[..3], &[("until", "soon")]].concat();
    browser.post(&path, &wrong).await.says(422, "bad-request");
    let off = browser.post(&path, &fields).await;
    assert_eq!((off.status, off.header("location")), (303, Some(here.as_str())));
    let page = browser.get(&here).await;
    assert!(page.text().contains("spam") && page.text().contains("2025-07-20 12:00"), "{}", page.text());

    assert_eq!(stage.keeping.enable_due().await.expect("a number"), 0);
    stage.wait(Duration::from_hours(24 * 3));
    assert_eq!(stage.keeping.enable_due().await.expect("a number"), 1);
    let user = stage.adapters.users.find(UserId(id)).await.expect("an answer").expect("a user");
    assert!(user.is_active() && user.disabled_until.is_none());
    assert_eq!(stage.phone().log_in("alice_01", "hunter22").await.data()["id"], id);
}

#[tokio::test]
async fn sessions_are_shown_and_ended_one_by_one_or_all() {
    let stage = Stage::unlimited().await;
    let mut phones = [stage.phone(), stage.phone(), stage.phone()];
    let id = phones[0].register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    for phone in &mut phones[1..] {
        stage.wait(Duration::from_secs(1));
        phone.log_in("alice_01", "hunter22").await.data();
    }
    let mut browser = operator(&stage).await;
    let (here, path) = (format!("/admin/users/{id}"), format!("/admin/users/{id}/sessions/end"));
    let page = browser.get(&here).await;
    assert_eq!(page.text().matches("name=\"session\"").count(), 3);
    // The newest comes first.
    let newest = hidden(&page, "session");
    browser.post(&path, &[("session", &newest)]).await;
    assert_eq!(phones[2].standing().await, "Token 令牌不合法！");
    assert_eq!(phones[1].standing().await, "user");
    browser.post(&path, &[("session", "xyz")]).await.says(404, "not-found");
    browser.post(&path, &[]).await;
    assert_eq!(phones[0].standing().await, "Token 令牌不合法！");
    assert_eq!(phones[1].standing().await, "Token 令牌不合法！");
    let page = browser.get(&here).await;
    assert!(page.text().contains("No active sessions"), "{}", page.text());
    assert_eq!(page.text().matches("Sessions ended").count(), 2);
    assert_eq!(stage.phone().log_in("alice_01", "hunter22").await.data()["id"], id, "no user is disabled");
}

#[tokio::test]
async fn what_was_written_is_shown_and_not_run() {
    let stage = Stage::unlimited().await;
    let mut browser = operator(&stage).await;
    for (number, payload) in PAYLOAD.into_iter().enumerate() {
        let fields = draft("", payload, "hunter22");
        let name = format!("harmless_{number}");
        let fields = [("username", name.as_str()), fields[1], fields[2]];
        let id = id_of(&browser.post("/admin/users", &fields).await);
        let off = [("enabled", "0"), ("reason", payload)];
        assert_eq!(browser.post(&format!("/admin/users/{id}/status"), &off).await.status, 303);
        let wrong = draft(payload, payload, payload);
        let wrong = browser.post("/admin/users", &wrong).await;
        assert!(wrong.text().contains("id=\"username-state\" class=\"error\">"), "{}", wrong.text());
        assert_eq!(wrong.status, 422);
        let mut pages = vec![wrong];
        for path in [
            "/admin/users",
            &format!("/admin/users/{id}"),
            &format!("/admin/users/{id}/edit"),
            "/admin/audit",
        ] {
            pages.push(browser.get(path).await);
        }
        for page in &pages {
            for raw in ["<script>alert", "<img src=x", ">49<", "<svg onload"] {
                assert!(!page.text().contains(raw), "{raw}: {}", page.text());
            }
        }
    }
}

#[tokio::test]
async fn the_old_addresses_lead_to_the_new_ones_and_change_nothing() {
    let stage = Stage::unlimited().await;
    let id = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut browser = operator(&stage).await;
    for (old, new) in [
        ("/admin/chatuser", "/admin/users".to_owned()),
        ("/admin/chatuser/index", "/admin/users".to_owned()),
        ("/admin/chatuser/create", "/admin/users/new".to_owned()),
        (&format!("/admin/chatuser/edit/{id}"), format!("/admin/users/{id}/edit")),
        (&format!("/admin/chatuser/delete/{id}"), format!("/admin/users/{id}/delete")),
        ("/admin/chatuser/edit/-1x", "/admin/users".to_owned()),
    ] {
        assert_eq!(browser.get(old).await.header("location"), Some(new.as_str()), "{old}");
    }
    assert_eq!(browser.get("/admin/chatuser/edit/..%2f..%2fx").await.status, 404);
    assert!(browser.get("/admin/users").await.text().contains("alice_01"));
}
