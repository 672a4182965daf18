//! The list: what stands in it, how one goes through it, and what happens when a request fails.

use super::browser::{Browser, Settings};
use super::*;
use crate::journeys::program::Server;

const SWITCH: &str = "#user-1 [role=switch]";

/// Tab, Enter and Escape, as `WebDriver` sends them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_breaks_the_list_at_any_width() {
    let house = House::new().await;
    house.installation.says(&["demo", "--users", "12"]);
    let browser = Browser::start("hostile", Settings::default()).await;
    house.set_up(&browser).await;
    for (id, nickname) in [(2, "'W'.repeat(50)"), (3, "'\\u202egnirts'"), (4, "'\\u3164'")] {
        browser.open(&house.page(&format!("/admin/users/{id}/edit"))).await;
        browser.run(&format!("document.querySelector('#nickname').value = {nickname}")).await;
        browser.click("#user-form .primary").await;
        browser.see_one("h1.who").await;
    }
    house.installation.says(&["user", "disable", "5"]);
    browser.open(&house.page("/admin/users")).await;
    browser.see("#user-3 .names", "[U+202E]gnirts").await;
    browser.see("#user-4 .avatar", "?").await;
    for width in [1440, 1280, 1024, 768, 360] {
        browser.size(width, 900).await;
        browser.shoot(&width.to_string()).await;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.run(wide).await, 0, "{width}");
        let broken =
            "return [...document.querySelectorAll('.users th, .users td, .users .state, .users .badge')]
            .filter(it => it.offsetWidth && it.offsetHeight > 60 || it.scrollWidth > it.clientWidth + 1 && \
            getComputedStyle(it).textOverflow != 'ellipsis').map(it => it.outerHTML.slice(0, 120))";
        assert_eq!(browser.run(broken).await, serde_json::json!([]), "{width}");
        let uneven = "const all = [...document.querySelectorAll('.users tbody tr')].map(it => it.offsetHeight); \
                      return Math.max(...all) - Math.min(...all)";
        assert!(browser.run(uneven).await.as_f64().is_some_and(|uneven| uneven < 10.0), "{width}");
    }
    // With forced colours on and off differ by more than the place of the thumb.
    browser.force_colours().await;
    let colour = "return [true, false].map(on => getComputedStyle(document.querySelector(\
                  `[role=switch][aria-checked=${on}]`)).backgroundColor)";
    let colours = browser.run(colour).await;
    assert_ne!(colours[0], colours[1]);
    browser.shoot("forced").await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_searched_selected_and_gone_through_by_keyboard() {
    let house = House::new().await;
    house.installation.says(&["demo", "--users", "60"]);
    let browser = Browser::start("keys", Settings::default()).await;
    house.set_up(&browser).await;
    browser.run("window.here = true").await;
    browser.press("body", "/").await;
    assert_eq!(browser.run("return document.activeElement.id").await, "q");
    browser.write("#q", "alice").await;
    browser.see("#list [role=status]", "1 user").await;
    assert_eq!(
        browser.run("return [location.search, window.here]").await,
        serde_json::json!(["?q=alice", true])
    );
    // Filters apply at once, and are kept on the way to a user and back.
    browser.open(&house.page("/admin/users")).await;
    browser
        .run(
            "const role = document.querySelector('#role'); role.value = 'user'; \
                 role.dispatchEvent(new Event('change', {bubbles: true}))",
        )
        .await;
    browser.until("return location.search", "?role=user").await;
    browser.see_one(".found a[href='/admin/users']").await;
    browser.press("body", "j").await;
    browser.press(":focus", "j").await;
    browser.press(":focus", "x").await;
    browser.see("#bulk output", "1 selected").await;
    browser.click("#all").await;
    let chosen = "return document.querySelector('#bulk output').textContent.trim() == \
                  document.querySelectorAll('[name=ids]').length + ' selected'";
    browser.until(chosen, true).await;
    browser.press("body", "j").await;
    browser.press(":focus", "e").await;
    browser.see_one("#user-form").await;
    browser.click("#user-form .primary").await;
    browser.see_one("h1.who").await;
    browser.click(".crumb").await;
    browser.until("return location.pathname + location.search", "/admin/users?role=user").await;
    // By pages, and back.
    browser.open(&house.page("/admin/users?sort=username")).await;
    let first = browser.attribute("tbody tr", "id").await;
    browser.click("[rel=next]").await;
    browser.see("#list [role=status]", "Users 51–61").await;
    browser.click("[rel=prev]").await;
    browser.see("#list [role=status]", "Users 1–50 of 6").await;
    assert_eq!(browser.attribute("tbody tr", "id").await, first);
    browser.press("body", "?").await;
    browser.see_one("#keys[open]").await;
    browser.is_accessible().await;
    // Turned off, a letter does nothing.
    browser.click("#use-keys").await;
    browser.press("#use-keys", ESCAPE).await;
    browser.until("return document.querySelector('#keys').open", false).await;
    browser.press("body", "/").await;
    assert_ne!(browser.run("return document.activeElement.id").await, "q");
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_request_says_so_and_can_be_tried_again() {
    let mut house = House::new().await;
    let browser = Browser::start("failure", Settings::default()).await;
    house.set_up(&browser).await;
    browser.click(SWITCH).await;
    browser.see("#announcer", "alice_01 was disabled").await;
    // From the switch to Undo and back; Escape closes the notice.
    browser.press(SWITCH, TAB).await;
    browser.until("return document.activeElement.id", "undo").await;
    browser.press("#undo", ENTER).await;
    browser.see("#announcer", "alice_01 was enabled.").await;
    // While it is under way, the switch shows that.
    house.server.signal("STOP");
    browser.click(SWITCH).await;
    browser.see_one("#user-1 [aria-busy=true][aria-checked=true]").await;
    browser.until("return document.querySelector('#announcer').textContent.trim()", "").await;
    house.server.signal("CONT");
    browser.see("#announcer", "alice_01 was disabled").await;
    browser.press(SWITCH, ESCAPE).await;
    browser.until("return document.querySelector('#announcer').textContent.trim()", "").await;
    // The server is gone: the switch shows what is true, and another try works when it is back.
    let address = house.server.address().to_owned();
    let elsewhere = house.installation.serve();
    std::mem::replace(&mut house.server, elsewhere).kill();
    browser.click(SWITCH).await;
    browser.see("#announcer [role=alert]", "The server can't be reached.").await;
    assert_eq!(browser.attribute(SWITCH, "aria-checked").await, "false");
    browser.shoot("failed").await;
    browser.is_accessible().await;
    let mut command = house.installation.command(&[]);
    command.env("USHER_HTTP__LISTEN", &address);
    house.server = Server::start(command);
    assert_eq!(house.server.address(), address);
    browser.click("#announcer .retry").await;
    browser.see("#announcer", "alice_01 was enabled.").await;
    // Nor does a picture that is not sent take the form with it.
    browser.open(&house.page("/admin/users/1/edit")).await;
    browser.write("#nickname", "typed").await;
    let picture =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/chromium/picture.jpg");
    browser.write("#avatar", picture.to_str().expect("a path")).await;
    house.server.kill();
    browser.click("#user-form .primary").await;
    browser.see("#announcer [role=alert]", "The server can't be reached.").await;
    assert_eq!(browser.run("return document.querySelector('#nickname').value").await, "typed");
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_javascript_a_change_is_told_and_taken_back() {
    let house = House::new().await;
    let browser = Browser::start("plain-undo", Settings { javascript: false, ..Settings::default() }).await;
    house.set_up(&browser).await;
    browser.write("#q", "alice\u{e007}").await;
    browser.see_one("#user-1").await;
    browser.click(SWITCH).await;
    browser.see("#announcer", "alice_01 was disabled and signed out everywhere.").await;
    assert!(!house.alice_is_in().await);
    browser.click("#undo").await;
    browser.see("#announcer", "alice_01 was enabled.").await;
    browser.see_one("#user-1 [aria-checked=true]").await;
    browser.click("button.me").await;
    browser.click("#me [action='/admin/logout'] button").await;
    browser.see("h1", "Log in").await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_theme_and_the_density_are_chosen() {
    let house = House::new().await;
    let browser = Browser::start("looks", Settings::default()).await;
    house.set_up(&browser).await;
    let looks = "const row = document.querySelector('.users tbody tr'); \
                 return [getComputedStyle(document.body).backgroundColor, row.offsetHeight < 36]";
    let light = browser.run(looks).await;
    for choice in ["[name=theme][value=dark]", "[name=density][value=compact]"] {
        browser.click("button.me").await;
        browser.click(&format!("#me {choice}")).await;
        browser.see_one(&format!("#me {choice}[aria-current]")).await;
    }
    assert_eq!(light, serde_json::json!(["rgb(247, 248, 250)", false]));
    assert_eq!(browser.run(looks).await, serde_json::json!(["rgb(15, 17, 21)", true]));
    browser.is_accessible().await;
    browser.stop().await;
}
