//! What happens is counted, and shown.

use std::time::Duration;

use usher_domain::AdministratorRole;

use crate::support::{Browser, Stage};

/// Today's number of a measure.
fn today(page: &str, measure: &str) -> u64 {
    let panel = page.split(&format!("id=\"number-{measure}\"")).nth(1).expect("a panel");
    let number = panel.split("<small>").nth(1).and_then(|rest| rest.split(' ').next()).expect("a number");
    number.parse().expect("digits")
}

fn all(page: &str) -> [u64; 5] {
    ["visitors", "upgrades", "log_ins", "active", "refused"].map(|measure| today(page, measure))
}

/// The number of a tile.
fn total(page: &str, name: &str) -> u64 {
    let tile = page.split(&format!("<strong id=\"total-{name}\">")).nth(1).expect("a tile");
    tile.split('<').next().and_then(|number| number.parse().ok()).expect("digits")
}

#[tokio::test]
async fn what_happens_is_counted_by_the_day() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let empty = browser.get("/admin/dashboard").await;
    assert_eq!(all(empty.text()), [0; 5]);
    assert!(empty.text().contains("No data yet"), "{}", empty.text());

    let (mut visitor, mut member) = (stage.phone(), stage.phone());
    for phone in [&mut visitor, &mut member] {
        phone.visit().await.data();
        phone.visit().await.data();
    }
    member.upgrade("alice_01", "hunter22").await.data();
    stage.phone().log_in("alice_01", "hunter22").await.data();
    stage.phone().log_in("alice_01", "wrong-one").await.refused("账户或密码错误");
    assert_eq!(stage.get("/api/nowhere").await.status, 404);
    let page = browser.get("/admin/dashboard").await;
    assert_eq!(all(page.text()), [2, 1, 1, 2, 2]);
    for word in [
        "50 % conversion",
        "New visitors per day: 2 at peak",
        "every 10s",
        "<title>Jul 18: 2 · before: 0</title>",
        "Wrong password",
        ">Other</th>",
    ] {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }

    stage.wait(Duration::from_hours(24));
    let mut part = browser.saying("hx-request", "true");
    let next_day = part.get("/admin/login").await;
    next_day.says(200, "log-in-lead"); // the session is over
    let mut browser = Browser::of(&stage, AdministratorRole::Owner)
        .await
        .saying("accept-language", "en")
        .saying("hx-request", "true");
    visitor.visit().await.data();
    let part = browser.get("/admin/dashboard").await;
    assert!(part.text().starts_with("<div id=\"numbers\""), "{}", part.text());
    assert_eq!(all(part.text()), [0, 0, 0, 1, 0]);
    assert!(part.text().contains("<title>Jul 18: 2 · before: 0</title>"));
}

#[tokio::test]
async fn the_last_hours_are_shown_in_the_zone_of_the_reader() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer)
        .await
        .saying("accept-language", "en")
        .with_cookie("usher_zone", "Asia/Shanghai");
    stage.phone().visit().await.data();
    stage.wait(Duration::from_mins(20));
    stage.phone().visit().await.data();
    let page = browser.get("/admin/dashboard?range=24h").await;
    for word in [
        "1 in this hour so far",
        "<title>18:00: 1 · before: 0</title>",
        "<title>19:00: 1 ·",
        "New visitors per hour: 1 at peak",
        "yesterday and today",
    ] {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    assert!(!page.text().contains("number-active"), "who was active is counted by the day");
    for range in ["7d", "90d", "30d", "a-year", ""] {
        let page = browser.get(&format!("/admin/dashboard?range={range}")).await;
        let bars =
            page.text().split("id=\"chart-visitors\"").nth(1).and_then(|rest| rest.split("</svg>").next());
        let bars = bars.expect("a chart").matches("<rect").count();
        let days = range.strip_suffix('d').and_then(|days| days.parse().ok()).unwrap_or(30);
        assert_eq!(bars, days, "{range}");
    }
}

#[tokio::test]
async fn accounts_and_those_who_are_online_are_counted() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let mut phones = [stage.phone(), stage.phone(), stage.phone()];
    for phone in &mut phones {
        phone.visit().await.data();
    }
    let totals = |page: &str| ["accounts", "online", "disabled", "deleted"].map(|name| total(page, name));
    let page = browser.get("/admin/dashboard").await;
    assert_eq!(totals(page.text()), [3, 3, 0, 0]);
    for (user, path, fields) in
        [(1, "status", &[("enabled", "0")][..]), (2, "delete", &[("version", "0")][..])]
    {
        browser.post(&format!("/admin/users/{user}/{path}"), fields).await;
    }
    stage.wait(Duration::from_mins(6));
    phones[2].visit().await.data();
    let page = browser.get("/admin/dashboard").await;
    assert_eq!(totals(page.text()), [2, 1, 1, 1]);
}

#[tokio::test]
async fn what_devices_say_is_shown_and_not_run() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let payload = "<script>alert(1)</script>";
    let attributes = [("uniplatform", "app"), ("devicebrand", payload), ("deviceos", "iOS 18")];
    stage.phone().signed("visitorRegister", &attributes).await.data();
    let page = browser.get("/admin/dashboard").await;
    assert!(page.text().contains("iOS 18") && page.text().contains("&lt;script&gt;"), "{}", page.text());
    assert!(!page.text().contains("<script>alert"));
}
