//! Many users at once.

use std::sync::Arc;

use usher::compose;
use usher_domain::{AdministratorRole, AuditContext, Timestamp, UserChange, UserId};

use crate::support::{Answer, Browser, Stage};

pub(super) async fn people(stage: &Arc<Stage>, many: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    for _ in 0..many {
        ids.push(stage.phone().visit().await.data()["id"].as_i64().expect("an id"));
    }
    ids
}

/// What the form of the question would send, with the number that it asks for.
fn form(page: &Answer) -> Vec<(String, String)> {
    let form = page.text().split("action=\"/admin/users/bulk\"").nth(1).expect("a form");
    let form = form.split("</form>").next().expect("an end");
    let value = |part: &str| part.split('"').next().unwrap_or_default().replace("&#x2f;", "/");
    let fields = form.split("<input ").skip(1).filter_map(|input| {
        let name = value(input.split("name=\"").nth(1)?);
        let typed = if name == "confirm" { "101" } else { "" };
        let given = input.split('>').next().unwrap_or_default().split("value=\"").nth(1).unwrap_or(typed);
        Some((name, value(given)))
    });
    fields.filter(|(name, _)| name != "csrf" && name != "bans").collect()
}

/// Answers the question, and tells where that leads.
async fn confirm(browser: &mut Browser, question: &Answer) -> String {
    let fields = form(question);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let started = browser.post("/admin/users/bulk", &fields).await;
    assert_eq!(started.status, 303, "{}", started.text());
    started.header("location").expect("a job").to_owned()
}

/// Lets the node go on until no job runs.
async fn work(stage: &Arc<Stage>) {
    let jobs = compose::run_bulk_jobs(&stage.adapters);
    while jobs.step().await.expect("an answer") {}
}

async fn operator(stage: &Arc<Stage>) -> Browser {
    Browser::of(stage, AdministratorRole::Operator).await.saying("accept-language", "en")
}

fn rows(page: &Answer) -> usize {
    page.text().matches("<tr id=\"user-").count()
}

#[tokio::test]
async fn those_who_are_chosen_are_changed_and_the_missing_are_named() {
    let stage = Stage::unlimited().await;
    let ids = people(&stage, 3).await;
    let mut browser = operator(&stage).await;
    let chosen = [ids[0].to_string(), ids[2].to_string(), "9000000000".to_owned()];
    let mut fields: Vec<_> = chosen.iter().map(|id| ("ids", id.as_str())).collect();
    fields.push(("operation", "disable"));
    // Those who were selected by hand are known, and Undo brings them back: no question is asked.
    let started = browser.post("/admin/users/bulk", &fields).await;
    let job = started.header("location").expect("a job").to_owned();
    let begun = browser.get(&job).await.unescaped();
    for part in ["Running", "0 of 3 users", "every 2s", "x-usher-poll", "Pause", "Selected one by one"] {
        assert!(begun.contains(part), "{part}: {begun}");
    }
    work(&stage).await;
    let done = browser.get(&job).await.unescaped();
    for part in ["Finished", "3 users", "Changed: 2", "Not found: 1", "Undo"] {
        assert!(done.contains(part), "{part}: {done}");
    }
    assert!(!done.contains("every 2s") && !done.contains("Pause"), "{done}");
    let missing = browser.get(&format!("{job}?outcome=missing")).await;
    assert!(missing.text().contains("<code>9000000000</code>"), "{}", missing.text());
    assert_eq!(rows(&browser.get("/admin/users?state=disabled").await), 2);
    browser.post("/admin/users/bulk", &[("operation", "promote")]).await.says(422, "bad-request");
}

#[tokio::test]
async fn all_users_of_a_filter_are_changed_and_restored_and_no_newcomer_is() {
    let stage = Stage::unlimited().await;
    people(&stage, 101).await;
    stage.phone().register("stays_01", "hunter22").await.data();
    let mut browser = operator(&stage).await;
    for (action, from) in [("disable", ""), ("enable", ""), ("delete", ""), ("restore", "deleted")] {
        let fields =
            [("operation", action), ("everybody", "1"), ("role", "visitor"), ("state", from), ("q", "")];
        let question = browser.post("/admin/users/bulk", &fields).await;
        assert!(question.text().contains(" 101 users?"), "{action}: {}", question.text());
        let newcomer = stage.phone().visit().await.data()["id"].as_i64().expect("an id");
        let job = confirm(&mut browser, &question).await;
        work(&stage).await;
        let end = browser.get(&job).await.unescaped();
        assert!(end.contains("Changed: 101") && end.contains("<dt>Role</dt><dd><bdi>Visitor"), "{end}");
        let newcomer = stage.adapters.users.find(UserId(newcomer)).await.expect("an answer").expect("a user");
        assert_eq!((newcomer.version.0, newcomer.is_active()), (0, true), "{action}");
        // Out of the way of the next question.
        let context = AuditContext::due(Timestamp::from_millis(1));
        stage
            .adapters
            .users
            .change(newcomer.id, &UserChange::Delete, None, &context)
            .await
            .expect("an answer");
        let before = Timestamp::from_millis(2);
        assert_eq!(stage.adapters.users.purge(before, 10, &context).await.expect("a number"), 1);
    }
    let list = browser.get("/admin/jobs").await.unescaped();
    assert_eq!(list.matches(">Finished<").count(), 4, "{list}");
    assert_eq!(
        rows(&browser.get("/admin/users?role=user&state=enabled").await),
        1,
        "the filter did not find them"
    );
    let back = browser.get("/admin/users.csv?role=visitor&state=enabled").await;
    assert_eq!(back.text().lines().count(), 102);
}

#[tokio::test]
async fn the_bar_of_the_deleted_restores_and_nothing_else() {
    let stage = Stage::unlimited().await;
    let ids = people(&stage, 2).await;
    let mut browser = operator(&stage).await;
    browser.post(&format!("/admin/users/{}/delete", ids[0]), &[]).await;
    let operations = |page: &Answer| {
        let bar = page.text().split("id=\"bulk\"").nth(1).expect("a bar");
        let bar = bar.split("</form>").next().expect("an end");
        let names = bar.split("name=\"operation\" value=\"").skip(1);
        names.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let deleted = browser.get("/admin/users?state=deleted").await;
    assert_eq!(operations(&deleted), ["restore"]);
    assert!(deleted.text().contains(&format!("name=\"ids\" value=\"{}\"", ids[0])), "{}", deleted.text());
    assert_eq!(operations(&browser.get("/admin/users").await), ["disable", "enable", "delete"]);
}

#[tokio::test]
async fn the_question_says_what_happens_to_whom_and_many_are_deleted_by_their_number_only() {
    let stage = Stage::unlimited().await;
    people(&stage, 101).await;
    let mut browser = operator(&stage).await;
    let none = browser.post("/admin/users/bulk", &[("operation", "delete")]).await;
    none.says(200, "bulk-none-selected");
    assert!(!none.text().contains("name=\"go\""), "{}", none.text());
    let fields = [("operation", "delete"), ("everybody", "1"), ("role", "visitor"), ("platform", "h5")];
    let question = browser.post("/admin/users/bulk", &fields).await.unescaped();
    for part in [
        "Delete 0 users?",
        "<dd><bdi>Visitor</bdi></dd>",
        "<dd><bdi>h5</bdi></dd>",
        "can be restored for 30 days",
    ] {
        assert!(question.contains(part), "{part}: {question}");
    }
    let question = browser.post("/admin/users/bulk", &fields[..3]).await;
    assert!(question.text().contains("Type 101 to confirm"), "{}", question.text());
    // A number that the form claims is not what counts.
    let go =
        |number| [&fields[..3], &[("go", "1"), ("total", "1"), ("ask", "1"), ("confirm", number)]].concat();
    for number in ["", "100", "1"] {
        browser.post("/admin/users/bulk", &go(number)).await.says(422, "bulk-confirm-wrong");
    }
    let reason = [&go("101")[..], &[("reason", "a\u{7}b")]].concat();
    browser.post("/admin/users/bulk", &reason).await.says(422, "bad-request");
    work(&stage).await;
    assert_eq!(rows(&browser.get("/admin/users?state=deleted").await), 0, "no user was deleted");
    browser.get("/admin/jobs").await.says(200, "jobs-none");
    browser.post("/admin/users/bulk", &go("101")).await.leads_to("/admin/jobs/1");
}

#[tokio::test]
async fn a_job_is_paused_resumed_cancelled_and_undone_on_its_page() {
    let stage = Stage::unlimited().await;
    people(&stage, 150).await;
    let mut browser = operator(&stage).await;
    let fields = [("operation", "disable"), ("everybody", "1"), ("go", "1"), ("reason", "spam")];
    browser.post("/admin/users/bulk", &fields).await.leads_to("/admin/jobs/1");
    let node = compose::run_bulk_jobs(&stage.adapters);
    node.step().await.expect("an answer");
    let control = async |browser: &mut Browser, how| {
        browser.post("/admin/jobs/1/control", &[("control", how)]).await.leads_to("/admin/jobs/1");
        browser.get("/admin/jobs/1").await.unescaped()
    };
    let paused = control(&mut browser, "pause").await;
    assert!(paused.contains("100 of 150 users") && paused.contains("Resume</button>"), "{paused}");
    work(&stage).await;
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let seen = viewer.get("/admin/jobs/1").await.unescaped();
    assert!(seen.contains("100 of 150 users") && !seen.contains("/admin/jobs/1/"), "{seen}");
    let resumed = control(&mut browser, "resume").await;
    assert!(resumed.contains("Pause</button>"), "{resumed}");
    browser.post("/admin/jobs/1/undo", &[]).await.says(409, "not-undoable");
    let cancelled = control(&mut browser, "cancel").await;
    assert!(cancelled.contains("Cancelled") && cancelled.contains("Undo</button>"), "{cancelled}");
    browser.post("/admin/jobs/1/control", &[("control", "explode")]).await.says(422, "bad-request");
    browser.post("/admin/jobs/1/undo", &[]).await.leads_to("/admin/jobs/2");
    browser.post("/admin/jobs/1/undo", &[]).await.leads_to("/admin/jobs/2");
    work(&stage).await;
    let undone = browser.get("/admin/jobs/2").await.unescaped();
    assert!(undone.contains("Undo bulk change 1") && undone.contains("Changed: 100"), "{undone}");
    assert_eq!(rows(&browser.get("/admin/users?state=disabled").await), 0);
    browser.get("/admin/jobs/9").await.says(404, "not-found");
    browser.get("/admin/jobs/first").await.says(404, "not-found");
}

#[tokio::test]
async fn the_page_asks_for_its_part_and_its_list_goes_on() {
    let stage = Stage::unlimited().await;
    people(&stage, 60).await;
    let mut browser = operator(&stage).await;
    browser.post("/admin/users/bulk", &[("operation", "disable"), ("everybody", "1"), ("go", "1")]).await;
    work(&stage).await;
    let next = browser.get("/admin/jobs/1").await.unescaped();
    assert!(next.contains("href=\"/admin/jobs/1?outcome=changed&below=11\""), "{next}");
    let rest = browser.get("/admin/jobs/1?outcome=changed&below=11").await;
    assert_eq!(rest.text().matches("id=\"job-user-").count(), 10);
    let mut part = browser.saying("hx-request", "true");
    let part = part.get("/admin/jobs/1?outcome=nonsense&below=x").await;
    assert!(part.text().trim_start().starts_with("<div id=\"job\""), "{}", part.text());
}

#[tokio::test]
async fn a_job_stands_in_the_history_of_those_whom_it_changed() {
    let stage = Stage::unlimited().await;
    let ids = people(&stage, 2).await;
    let mut browser = operator(&stage).await;
    let chosen = ids[0].to_string();
    let fields = [("operation", "disable"), ("ids", chosen.as_str()), ("go", "1"), ("reason", "spam")];
    browser.post("/admin/users/bulk", &fields).await;
    work(&stage).await;
    let name = stage.adapters.users.find(UserId(ids[0])).await.expect("an answer").expect("a user").username;
    for (path, known) in [
        (format!("/admin/users/{}", ids[0]), true),
        (format!("/admin/users/{}", ids[1]), false),
        (format!("/admin/audit?user={}", ids[0]), true),
        (format!("/admin/audit?user={name}"), true),
        (format!("/admin/audit?user={}", ids[1]), false),
    ] {
        let page = browser.get(&path).await.unescaped();
        assert_eq!(page.contains("Bulk changes of this user"), known, "{path}: {page}");
        assert_eq!(page.contains("href=\"/admin/jobs/1\""), known, "{path}: {page}");
    }
    let log = browser.get("/admin/audit").await.unescaped();
    for part in
        ["Bulk change started", "Bulk change finished", "Disable users", "href=\"/admin/jobs/1\"", "spam"]
    {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert_eq!(log.matches("User disabled</td>").count(), 0, "the job has the entry, not each user");
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
        let go = browser.post("/admin/users/bulk", &[&fields[..], &[("go", "1")]].concat()).await;
        assert!(go.text().contains("Delete 0 users?"), "{filter}: {}", go.text());
    }
    browser.get("/admin/jobs").await.says(200, "jobs-none");
}
