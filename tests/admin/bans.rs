//! Bans: how long, why, by whom, and how they are taken back.

use std::sync::Arc;
use std::time::Duration;

use usher_domain::{AdministratorRole, Status, Timestamp, User, UserId};

use crate::support::{Answer, Browser, Stage};

/// The plays begin on 2025-07-18 at 10:44 UTC.
const NOON: &str = "2025-07-18T12:00";

struct Play {
    stage: Arc<Stage>,
    browser: Browser,
    id: i64,
}

impl Play {
    async fn new() -> Self {
        let stage = Stage::unlimited().await;
        let id = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
        let browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
        Self { stage, browser, id }
    }

    /// Disables or enables the user.
    async fn set(&mut self, fields: &[(&str, &str)]) -> Answer {
        self.browser.post(&format!("/admin/users/{}/status", self.id), fields).await
    }

    async fn user(&self) -> User {
        self.stage.adapters.users.find(UserId(self.id)).await.expect("an answer").expect("a user")
    }

    async fn page(&mut self) -> String {
        self.browser.get(&format!("/admin/users/{}", self.id)).await.unescaped()
    }
}

fn utc(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().expect("a time");
    Timestamp::from_millis(at.as_millisecond())
}

#[tokio::test]
async fn a_ban_ends_when_the_administrator_means_it() {
    let mut play = Play::new().await;
    for (zone, end) in [
        ("Asia/Shanghai", "2025-07-20T04:00:00Z"),
        ("America/Los_Angeles", "2025-07-20T19:00:00Z"),
        ("No/Where", "2025-07-20T12:00:00Z"),
    ] {
        let fields = [("enabled", "0"), ("until", "2025-07-20T12:00"), ("zone", zone)];
        assert_eq!(play.set(&fields).await.status, 303);
        assert_eq!(play.user().await.disabled_until, Some(utc(end)), "{zone}");
    }
    play.browser = play.browser.with_cookie("usher_zone", "Asia/Tokyo");
    let page = play.page().await;
    assert!(page.contains("2025-07-20 21:00</time> <small>Asia/Tokyo</small>"), "{page}");
    play.set(&[("enabled", "1")]).await;
    let page = play.page().await;
    assert!(page.contains("name=\"zone\" value=\"Asia/Tokyo\""), "{page}");
}

#[tokio::test]
async fn a_ban_cannot_end_in_the_past() {
    let mut play = Play::new().await;
    // Noon in Shanghai was hours ago.
    let fields = [("enabled", "0"), ("until", NOON), ("zone", "Asia/Shanghai")];
    play.set(&fields).await.says(422, "until-passed");
    assert_eq!(play.user().await.status, Status::Enabled);
    let fields = [("enabled", "0"), ("until", NOON), ("zone", "UTC")];
    assert_eq!(play.set(&fields).await.status, 303);
    play.set(&[("enabled", "0"), ("term", "1y")]).await.says(422, "bad-request");
}

#[tokio::test]
async fn a_ban_for_a_term_says_until_when_why_and_by_whom() {
    let mut play = Play::new().await;
    let page = play.page().await;
    for term in ["1h", "24h", "7d", "30d"] {
        assert!(page.contains(&format!("name=\"term\" value=\"{term}\"")), "{page}");
    }
    assert_eq!(play.set(&[("enabled", "0"), ("term", "24h"), ("reason", "spam <b>")]).await.status, 303);
    assert_eq!(play.user().await.disabled_until, Some(utc("2025-07-19T10:44:09.008Z")));
    let bans = play.browser.get("/admin/users?state=disabled").await.unescaped();
    for part in ["2025-07-19 10:44", "spam <b>", "by operator"] {
        assert!(bans.contains(part), "{part}: {bans}");
        assert!(play.page().await.contains(part.trim_start_matches("by ")), "{part}");
    }
    play.stage.wait(Duration::from_hours(25));
    assert_eq!(play.stage.keeping.enable_due().await.expect("a number"), 1);
    let user = play.user().await;
    assert_eq!((user.disabled_reason.as_str(), user.disabled_by.as_str()), ("", ""));
}

fn field(page: &str, name: &str) -> String {
    let form = page.split("id=\"announcer\"").nth(1).expect("a notice");
    let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().expect("an end").to_owned()
}

#[tokio::test]
async fn undo_brings_a_ban_back_with_its_end_and_its_reason() {
    for script in [true, false] {
        let mut play = Play::new().await;
        let fields = [("enabled", "0"), ("until", NOON), ("zone", "UTC"), ("reason", "spam. again")];
        play.set(&fields).await;
        let banned = play.user().await;
        if script {
            play.browser = play.browser.saying("hx-request", "true");
        }
        let on = play.set(&[("enabled", "1")]).await;
        assert_eq!(play.user().await.disabled_until, None);
        let notice = match on.header("location") {
            Some(list) => play.browser.get(list).await,
            None => on,
        };
        let notice = notice.unescaped();
        let names = ["version", "enabled", "ends", "reason"];
        let values = names.map(|name| field(&notice, name));
        let undo: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        play.set(&undo).await;
        let again = play.user().await;
        assert_eq!(
            (again.status, again.disabled_until, &again.disabled_reason),
            (banned.status, banned.disabled_until, &banned.disabled_reason),
            "script: {script}"
        );
    }
}

#[tokio::test]
async fn changes_of_many_leave_bans_as_they_are() {
    let mut play = Play::new().await;
    let plain = play.stage.phone().visit().await.data()["id"].to_string();
    play.set(&[("enabled", "0"), ("until", NOON), ("zone", "UTC"), ("reason", "spam")]).await;
    let banned = play.user().await;
    let run = async |play: &mut Play, fields: &[(&str, &str)]| {
        let all = [&[("everybody", "1"), ("go", "1")], fields].concat();
        let started = play.browser.post("/admin/users/bulk", &all).await;
        let jobs = usher::compose::run_bulk_jobs(&play.stage.adapters);
        while jobs.step().await.expect("an answer") {}
        play.browser.get(started.header("location").expect("a job")).await.unescaped()
    };
    let plain_path = format!("/admin/users/{plain}");
    let done = run(&mut play, &[("operation", "disable")]).await;
    assert!(done.contains("Changed: 1") && done.contains("Left unchanged: 1"), "{done}");
    assert_eq!(play.user().await, banned);
    let asked = [("operation", "enable"), ("everybody", "1")];
    let asked = play.browser.post("/admin/users/bulk", &asked).await.unescaped();
    assert!(asked.contains("stay disabled unless") && asked.contains("name=\"bans\""), "{asked}");
    let done = run(&mut play, &[("operation", "enable")]).await;
    assert!(done.contains("Changed: 1") && done.contains("Left unchanged: 1"), "{done}");
    assert_eq!(play.user().await, banned);
    assert!(play.browser.get(&plain_path).await.unescaped().contains("Enabled"));
    run(&mut play, &[("operation", "enable"), ("bans", "1")]).await;
    assert!(play.user().await.is_active());
}
