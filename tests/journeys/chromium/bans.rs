//! Bans, in the time zone of the administrator who makes them.

use super::House;
use super::browser::{Browser, Settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_ends_when_it_does_where_the_administrator_is() {
    let house = House::new().await;
    let browser = Browser::start("bans", Settings::default()).await;
    house.set_up(&browser).await;
    for zone in ["Asia/Shanghai", "America/Los_Angeles"] {
        browser.move_to(zone).await;
        browser.open(&house.page("/admin/users/1")).await;
        browser.see("[data-zone]", zone).await;
        let past = "const until = document.querySelector('#until'); until.value = '2020-01-01T00:00'; \
                    return until.validity.rangeUnderflow";
        assert_eq!(browser.run(past).await, true, "the browser refuses it and keeps the form");
        let in_an_hour = "const at = Date.now() + 36e5 - new Date().getTimezoneOffset() * 6e4; \
                          document.querySelector('#until').value = new Date(at).toISOString().slice(0, 16)";
        browser.run(in_an_hour).await;
        browser.shoot("form").await;
        browser.click("form.stacked .primary").await;
        browser.see("dl", zone).await;
        browser.see("form.stacked .primary", "Enable").await;
        let minutes = "const times = [...document.querySelectorAll('dd time')]; \
                       return Math.round((Date.parse(times.at(-1).dateTime) - Date.now()) / 6e4)";
        let minutes = browser.run(minutes).await;
        assert!(minutes.as_i64().is_some_and(|minutes| (55..=60).contains(&minutes)), "{zone}: {minutes}");
        browser.open(&house.page("/admin/users?state=disabled")).await;
        browser.shoot("list").await;
        browser.open(&house.page("/admin/users/1")).await;
        browser.click("form.stacked .primary").await;
        browser.see("form.stacked .primary", "Disable").await;
    }
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_with_a_reason_takes_two_clicks() {
    let house = House::new().await;
    let browser = Browser::start("two-clicks", Settings::default()).await;
    house.set_up(&browser).await;
    browser.click("#user-1 .more > button").await;
    browser.write("#menu-1 [name=reason]", "spam").await;
    browser.is_accessible().await;
    browser.shoot("menu").await;
    browser.click("#menu-1 [value='24h']").await;
    browser.see("#announcer", "alice_01 was disabled").await;
    browser.see("#user-1 .state", "spam").await;
    browser.see("#user-1 .state", "ends in").await;
    browser.until("return document.activeElement.id", "toggle-1").await;
    assert!(!house.alice_is_in().await);
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_banned_from_its_users_page_and_let_in_again() {
    let house = House::new().await;
    house.installation.says(&["demo", "--users", "9"]);
    let browser = Browser::start("device-ban", Settings::default()).await;
    house.set_up(&browser).await;
    browser.open(&house.page("/admin/users/5")).await;
    browser.click("a[href*='user=5#ban']").await;
    browser.write("#reason", "stolen").await;
    browser.click("#ban [value='7d']").await;
    browser.see("#ban-1", "stolen").await;
    browser.is_accessible().await;
    browser.shoot("list").await;
    browser.click("#ban-1 form button").await;
    browser.see("#announcer", "was lifted").await;
    browser.click("#undo").await;
    browser.see("#ban-2", "stolen").await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_is_noted_and_made_a_user() {
    let house = House::new().await;
    house.installation.says(&["demo", "--users", "9"]);
    let browser = Browser::start("convert", Settings::default()).await;
    house.set_up(&browser).await;
    browser.open(&house.page("/admin/users/6")).await;
    browser.write("#notes textarea", "Asked twice for a refund.").await;
    browser.click("#notes form button").await;
    browser.see(".notes", "Asked twice for a refund.").await;
    browser.is_accessible().await;
    browser.shoot("note").await;
    browser.click("a[href*='/convert']").await;
    browser.write("#username", "bob_the_second").await;
    browser.write("#password", "battery staple").await;
    browser.is_accessible().await;
    browser.shoot("form").await;
    browser.click(".card .primary").await;
    browser.see("h1", "bob_the_second").await;
    browser.see(".notes", "Asked twice for a refund.").await;
    browser.stop().await;
}
