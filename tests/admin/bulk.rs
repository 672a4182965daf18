//! Many users at once, and all of them as a table.

use std::sync::Arc;

use usher_domain::{AdministratorRole, AuditAction, AuditFilter};

use crate::support::{Answer, Browser, Stage};

async fn people(stage: &Arc<Stage>, many: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    for _ in 0..many {
        ids.push(stage.phone().visit().await.data()["id"].as_i64().expect("an id"));
    }
    ids
}

/// What the form of a page would send.
fn form(page: &Answer) -> Vec<(String, String)> {
    let form = page.text().split("action=\"/admin/users/bulk\"").nth(1).expect("a form");
    let form = form.split("</form>").next().expect("an end");
    let value = |part: &str| part.split('"').next().unwrap_or_default().replace("&#x2f;", "/");
    let fields = form.split("<input ").skip(1).filter_map(|input| {
        let name = value(input.split("name=\"").nth(1)?);
        Some((name, value(input.split("value=\"").nth(1).unwrap_or_default())))
    });
    let mut fields: Vec<_> = fields.filter(|(name, _)| name != "csrf").collect();
    let total = fields.iter().find(|(name, _)| name == "total").map(|(_, total)| total.clone());
    if let Some((_, number)) = fields.iter_mut().find(|(name, number)| name == "confirm" && number.is_empty())
    {
        *number = total.unwrap_or_default();
    }
    fields
}

/// Goes on until it is over, and tells in how many steps.
async fn go_on(browser: &mut Browser, mut page: Answer) -> (Answer, usize) {
    let mut steps = 0;
    while page.text().contains("name=\"go\"") {
        let fields = form(&page);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        page = browser.post("/admin/users/bulk", &fields).await;
        page.says(200, "bulk-done");
        steps += 1;
    }
    (page, steps)
}

#[tokio::test]
async fn those_who_are_chosen_are_changed_and_failures_are_named() {
    let stage = Stage::unlimited().await;
    let ids = people(&stage, 3).await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let chosen = [ids[0].to_string(), ids[2].to_string(), "9000000000".to_owned()];
    let mut fields: Vec<_> = chosen.iter().map(|id| ("ids", id.as_str())).collect();
    fields.push(("operation", "disable"));
    let question = browser.post("/admin/users/bulk", &fields).await;
    assert!(question.text().contains("Disable 3 users?"), "{}", question.text());
    let (end, steps) = go_on(&mut browser, question).await;
    assert_eq!(steps, 1);
    assert!(end.text().contains("3 of 3 done. 1 failed."), "{}", end.text());
    assert!(end.text().contains("9000000000: Page or user not found."), "{}", end.text());
    let disabled = browser.get("/admin/users?state=disabled").await;
    assert_eq!(disabled.text().matches("<tr id=\"user-").count(), 2);
    browser.post("/admin/users/bulk", &[("operation", "promote")]).await.says(422, "bad-request");
}

#[tokio::test]
async fn all_users_of_a_filter_are_changed_step_by_step() {
    let stage = Stage::unlimited().await;
    people(&stage, 120).await;
    stage.phone().register("stays_01", "hunter22").await.data();
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    for (action, state) in [("disable", "disabled"), ("enable", "enabled"), ("delete", "deleted")] {
        let fields = [("operation", action), ("everybody", "1"), ("role", "visitor"), ("reason", "spam")];
        let question = browser.post("/admin/users/bulk", &fields).await;
        assert!(question.text().contains(" 120 users?"), "{action}: {}", question.text());
        let (end, steps) = go_on(&mut browser, question).await;
        assert_eq!(steps, 3, "{action}");
        assert!(end.text().contains("120 of 120 done.") && !end.text().contains("failed"), "{}", end.text());
        let table = browser.get(&format!("/admin/users.csv?state={state}&role=visitor")).await;
        assert_eq!(table.text().lines().count(), 121, "{action}");
    }
    let everybody = browser.get("/admin/users").await;
    assert_eq!(everybody.text().matches("<tr id=\"user-").count(), 1, "one was not found by the filter");
}

#[tokio::test]
async fn the_question_says_what_happens_to_whom_and_many_are_deleted_by_their_number_only() {
    let stage = Stage::unlimited().await;
    people(&stage, 101).await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let nobody = browser.post("/admin/users/bulk", &[("operation", "delete")]).await;
    nobody.says(200, "bulk-none-selected");
    assert!(!nobody.text().contains("name=\"go\""), "{}", nobody.text());
    let fields = [("operation", "delete"), ("everybody", "1"), ("role", "visitor"), ("platform", "h5")];
    let question = browser.post("/admin/users/bulk", &fields).await.unescaped();
    for part in
        ["Delete 0 users?", "<dd><bdi>Visitor</bdi></dd>", "<dd><bdi>h5</bdi></dd>", "can be restored"]
    {
        assert!(question.contains(part), "{part}: {question}");
    }
    let question = browser.post("/admin/users/bulk", &fields[..3]).await;
    question.says(200, "bulk-means-delete");
    assert!(question.text().contains("Type 101 to confirm"), "{}", question.text());
    let go = |number| [&fields[..3], &[("go", "1"), ("total", "101"), ("confirm", number)]].concat();
    for number in ["", "100"] {
        browser.post("/admin/users/bulk", &go(number)).await.says(422, "bulk-confirm-wrong");
    }
    let list = browser.get("/admin/users?state=deleted").await;
    assert_eq!(list.text().matches("<tr id=\"user-").count(), 0, "nobody was deleted");
    browser.post("/admin/users/bulk", &go("101")).await.says(200, "bulk-done");
}

#[tokio::test]
async fn a_step_in_the_page_is_a_part_of_it() {
    let stage = Stage::unlimited().await;
    people(&stage, 60).await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("hx-request", "true");
    let fields = [("operation", "disable"), ("everybody", "1"), ("go", "1"), ("total", "60")];
    let step = browser.post("/admin/users/bulk", &fields).await;
    let text = step.text().trim_start();
    assert!(text.starts_with("<div id=\"bulk-progress\">") && text.contains("submit, load"), "{text}");
    assert!(text.contains("value=\"50\" max=\"60\""), "{text}");
}

#[tokio::test]
async fn the_table_holds_all_users_and_no_formula() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    people(&stage, 1_005).await;
    let fields = [("username", "alice_01"), ("nickname", "=HYPERLINK(\"x\")"), ("password", "hunter22")];
    browser.post("/admin/users", &fields).await.leads_to("/admin/users/1006");
    let table = browser.get("/admin/users.csv").await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"users.csv\""));
    assert_eq!(table.text().lines().count(), 1_007);
    assert!(
        table.text().contains(",alice_01,\"'=HYPERLINK(\"\"x\"\")\",user,enabled,"),
        "{:.300}",
        table.text()
    );
    let found = browser.get("/admin/users.csv?q=alice&sort=username").await;
    assert_eq!(found.text().lines().count(), 2);
    assert_eq!(
        browser.get(&format!("/admin/users.csv?q={}", "x".repeat(60))).await.text().lines().count(),
        1
    );
    let filter = AuditFilter { action: Some(AuditAction::UsersExported), ..AuditFilter::default() };
    assert_eq!(stage.adapters.audit.list(&filter, None, 10).await.expect("entries").len(), 3);
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    viewer.get("/admin/users.csv").await.says(403, "forbidden");
}

#[tokio::test]
async fn an_invalid_filter_finds_no_user() {
    let stage = Stage::unlimited().await;
    people(&stage, 3).await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    for (name, value) in [("role", "vistor"), ("state", "disbled"), ("status", "locked"), ("platform", "x")] {
        let filter = format!("{name}={value}");
        let list = browser.get(&format!("/admin/users?{filter}")).await;
        assert_eq!((list.status, list.text().matches("<tr id=\"user-").count()), (200, 0), "{filter}");
        assert_eq!(
            browser.get(&format!("/admin/users.csv?{filter}")).await.text().lines().count(),
            1,
            "{filter}"
        );
        let fields = [("operation", "delete"), ("everybody", "1"), (name, value)];
        let question = browser.post("/admin/users/bulk", &fields).await;
        assert!(question.text().contains("Delete 0 users?"), "{filter}: {}", question.text());
        let step = browser.post("/admin/users/bulk", &[&fields[..], &[("go", "1")]].concat()).await;
        assert!(step.text().contains("0 done."), "{filter}: {}", step.text());
    }
    assert_eq!(browser.get("/admin/users?state=deleted").await.text().matches("<tr id=\"user-").count(), 0);
}

#[tokio::test]
async fn what_a_device_says_of_itself_is_no_formula_in_any_spreadsheet() {
    let stage = Stage::unlimited().await;
    for platform in ["h5;=1+1", "=1+1", "h5\";\"=1+1"] {
        stage.phone().signed("visitorRegister", &[("uniplatform", platform)]).await.data();
    }
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    let table = browser.get("/admin/users.csv").await;
    assert!(table.text().contains(",\"h5;'=1+1\","), "{}", table.text());
    let parts = table.text().split([',', ';', '\n']);
    assert!(
        parts.map(|part| part.trim_start_matches('"')).all(|part| !part.starts_with('=')),
        "{}",
        table.text()
    );
}
