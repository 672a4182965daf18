//! What happens is counted, and shown.

use std::time::Duration;

use usher_domain::AdministratorRole;

use crate::support::{Browser, Stage};

/// Today's number of a measure.
fn today(page: &str, title: &str) -> u64 {
    let panel = page.split(&format!("<h2>{title}</h2>")).nth(1).expect("a panel");
    let number = panel.split("<strong>").nth(1).and_then(|rest| rest.split('<').next()).expect("a number");
    number.parse().expect("digits")
}

fn all(page: &str) -> [u64; 4] {
    ["New visitors", "Upgrades", "Active users", "Refused requests"].map(|title| today(page, title))
}

#[tokio::test]
async fn what_happens_is_counted_by_the_day() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let empty = browser.get("/admin/dashboard").await;
    assert_eq!(all(empty.text()), [0; 4]);
    assert!(empty.text().contains("No data yet"), "{}", empty.text());

    let (mut visitor, mut member) = (stage.phone(), stage.phone());
    for phone in [&mut visitor, &mut member] {
        phone.visit().await.data();
        phone.visit().await.data();
    }
    member.upgrade("alice_01", "hunter22").await.data();
    stage.phone().log_in("alice_01", "wrong-one").await.refused("账户或密码错误");
    assert_eq!(stage.get("/api/nowhere").await.status, 404);
    let page = browser.get("/admin/dashboard").await;
    assert_eq!(all(page.text()), [2, 1, 2, 2]);
    for word in [
        "50 % conversion",
        "New visitors per day: 2 in total, 2 at peak",
        "every 10s",
        "<title>2025-07-18: 2</title>",
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
    assert_eq!(all(part.text()), [0, 0, 1, 0]);
    assert!(part.text().contains("<title>2025-07-18: 2</title>"));
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
