//! The administration in a real browser.

mod bans;
mod browser;
mod bulk;
mod dashboard;
mod list;

use super::client::{post, search, signed};
use super::program::{Installation, Server};
use browser::{Browser, Settings};

const PASSWORD: &str = "correct horse";
const ALICE: [(&str, &str); 2] = [("username", "alice_01"), ("password", "hunter22")];

/// A server with somebody on it.
struct House {
    installation: Installation,
    server: Server,
    /// By which the first administrator comes.
    link: String,
    /// Alice's session.
    token: String,
}

impl House {
    async fn new() -> Self {
        let installation = Installation::new();
        let server = installation.serve();
        let log = server.log_with("/admin/setup?code=").await;
        let code = log.split("/admin/setup?code=").nth(1).and_then(|rest| rest.split('"').next());
        let link = format!("{}/admin/setup?code={}", server.url, code.expect("a code"));
        let token = post(&server.url, "regChat", &ALICE, &[]).await.token();
        Self { installation, server, link, token }
    }

    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    async fn alice_is_in(&self) -> bool {
        search(&self.server.url, &self.token).await.status == 200
    }

    /// Becomes the first administrator, by the link.
    async fn set_up(&self, browser: &Browser) {
        browser.open(&self.link).await;
        browser.shoot("setup").await;
        if browser.settings.javascript {
            browser.is_accessible().await;
        }
        browser.write("#username", "ann").await;
        browser.write("#password", PASSWORD).await;
        browser.write("#password_again", PASSWORD).await;
        browser.click(".primary").await;
        browser.see("h1", "Users").await;
    }

    async fn log_in(&self, browser: &Browser) {
        browser.open(&self.page("/admin/login")).await;
        browser.shoot("login").await;
        browser.is_accessible().await;
        browser.is_light().await;
        self.come_in(browser).await;
    }

    async fn come_in(&self, browser: &Browser) {
        browser.open(&self.page("/admin/login")).await;
        browser.write("#username", "ann").await;
        browser.write("#password", PASSWORD).await;
        browser.click(".primary").await;
        browser.see_one("tr[id^=user-]").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_click_switches_a_user_off_and_another_undoes_it() {
    let house = House::new().await;
    let browser = Browser::start("toggle", Settings::default()).await;
    house.set_up(&browser).await;
    let switch = "#user-1 [role=switch]";
    assert_eq!(browser.attribute(switch, "aria-label").await, "alice_01: account enabled");
    assert_eq!(browser.attribute(switch, "aria-checked").await, "true");
    assert!(house.alice_is_in().await);

    browser.write("#q", "LICE_").await;
    browser.until("return location.search", "?q=LICE_").await;
    browser.see_one("#user-1").await;
    browser.run("window.here = true; scrollTo(0, 40)").await;
    browser.click(switch).await;
    browser.see("#announcer", "alice_01 was disabled and signed out everywhere.").await;
    assert_eq!(browser.attribute(switch, "aria-checked").await, "false");
    assert_eq!(browser.run("return document.activeElement.id").await, "toggle-1", "the focus stays");
    assert_eq!(browser.run("return window.here").await, true, "the page was not loaded again");
    assert!(!house.alice_is_in().await);
    browser.shoot("switched-off").await;

    // By the keyboard.
    browser.press("#undo", " ").await;
    browser.see("#announcer", "alice_01 was enabled.").await;
    assert_eq!(browser.attribute(switch, "aria-checked").await, "true");
    assert_eq!(browser.run("return document.activeElement.id").await, "undo");
    assert_eq!(browser.run("return window.here").await, true);
    assert!(!house.alice_is_in().await, "no session comes back");
    let again = post(&house.server.url, "loginChat", &ALICE, &[]).await;
    assert_eq!(again.status, 200);
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_of_two_administrators_sees_what_the_first_did() {
    let house = House::new().await;
    let browser = Browser::start("race", Settings::default()).await;
    house.set_up(&browser).await;
    house.installation.says(&["user", "disable", "alice_01"]);
    house.installation.says(&["user", "enable", "alice_01"]);
    browser.click("#user-1 [role=switch]").await;
    browser.see("#announcer", "alice_01 was changed by someone else.").await;
    assert_eq!(browser.attribute("#user-1 [role=switch]", "aria-checked").await, "true");
    browser.shoot("conflict").await;
    // What is shown is the current state, so the next click counts.
    browser.click("#user-1 [role=switch]").await;
    browser.see("#announcer", "alice_01 was disabled").await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_out_leaves_nothing_in_the_browser() {
    let house = House::new().await;
    let browser = Browser::start("log-out", Settings::default()).await;
    house.set_up(&browser).await;
    browser.run("localStorage.setItem('kept', 'yes')").await;
    browser.click("button.me").await;
    browser.click("#me [action='/admin/logout'] button").await;
    browser.see("h1", "Log in").await;
    assert!(browser.run("return localStorage.getItem('kept')").await.is_null());
    browser.run("window.here = true; setTimeout(() => history.back(), 0)").await;
    browser.until("return window.here ?? 'another page'", "another page").await;
    browser.see("h1", "Log in").await;
    house.come_in(&browser).await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_made_with_a_picture() {
    let house = House::new().await;
    let browser = Browser::start("form", Settings::default()).await;
    house.set_up(&browser).await;
    browser.open(&house.page("/admin/users/new")).await;
    browser.write("#username", "alice_01").await;
    browser.see("#username-state", "Taken").await;
    browser.write("#username", "x").await;
    browser.see("#username-state", "Available").await;
    browser.write("#nickname", "<img src=x onerror=\"window.harm=1\">").await;
    browser.write("#password", "short").await;
    browser.see("#password-state", "Use 6–20 characters for the password.").await;
    browser.write("#password", "er1").await;
    browser.see("#password-state", "Password accepted").await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/chromium");
    let picture = folder.join("picture.jpg");
    // What is no picture is said at the field, and the form goes on.
    browser.write("#avatar", folder.join("browser.rs").to_str().expect("a path")).await;
    browser.click("#user-form .primary").await;
    browser.see("#avatar-state.error", "PNG, JPEG or WebP").await;
    browser.write("#password", "hunter22").await;
    browser.write("#avatar", picture.to_str().expect("a path")).await;
    browser.see_one("#preview:not([hidden])").await;
    browser.until("return document.querySelector('#preview').naturalWidth", 640).await;
    browser.shoot("filled").await;
    browser.is_accessible().await;
    browser.click("#user-form .primary").await;
    browser.see("h1", "alice_01x").await;
    browser.until("return document.querySelector('h1 img').naturalWidth", 96).await;
    browser.see("main", "onerror").await;
    assert!(browser.run("return window.harm ?? null").await.is_null(), "what is typed does not run");
    browser.shoot("made").await;
    let come =
        post(&house.server.url, "loginChat", &[("username", "alice_01x"), ("password", "hunter22")], &[])
            .await;
    assert_eq!(come.status, 200);
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "mostly the table of the pages")]
async fn every_page_is_looked_at_in_both_languages_and_themes_wide_and_narrow() {
    let house = House::new().await;
    house.installation.says(&["demo", "--users", "60"]);
    house.installation.says(&["user", "disable", "3"]);
    house.installation.says(&["user", "delete", "4"]);
    // Something to be seen on the dashboard.
    for device in 0..5_u32 {
        let device = format!("{device:08x}-bf16-5425-adbc-d12f49cfa332");
        let attributes = [("uniplatform", "mp-weixin"), ("deviceos", "iOS 18"), ("devicebrand", "Apple")];
        signed(&house.server.url, &device, "visitorRegister", &attributes).await.token();
    }
    let first = Browser::start("first", Settings::default()).await;
    house.set_up(&first).await;
    first.stop().await;
    for language in ["zh-CN", "en"] {
        for (dark, narrow) in [(false, false), (true, true)] {
            let settings = Settings { language, dark, narrow, javascript: true };
            let browser = Browser::start("pages", settings).await;
            house.log_in(&browser).await;
            browser.shoot("users").await;
            assert_eq!(browser.run("return document.documentElement.lang").await, language);
            let overflow =
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.run(overflow).await, 0, "nothing sticks out");
            let theme = "return matchMedia('(prefers-color-scheme: dark)').matches";
            assert_eq!(browser.run(theme).await, dark);
            browser.is_accessible().await;
            browser.is_light().await;
            browser.click("#user-60 [role=switch]").await;
            browser.see_one("#undo").await;
            browser.is_accessible().await;
            browser.click("#undo").await;
            for (path, name) in [
                ("/admin/users?q=nobody", "nobody"),
                ("/admin/users?state=deleted", "deleted"),
                ("/admin/users/new", "new"),
                ("/admin/users/1", "user"),
                ("/admin/users/2", "visitor"),
                ("/admin/users/4", "gone"),
                ("/admin/users/1/edit", "edit"),
                ("/admin/users/1/delete", "delete"),
                ("/admin/dashboard", "dashboard"),
                ("/admin/audit", "audit"),
                ("/admin/jobs", "jobs"),
                ("/admin/bans?target=203.0.113.9", "access-bans"),
                ("/admin/administrators", "administrators"),
                ("/admin/account", "account"),
                ("/admin/account/second-factor", "factor"),
                ("/admin/setup", "message"),
                // Every component with hostile data; a build for production does not have it, and says so.
                ("/admin/styles", "styles"),
            ] {
                browser.open(&house.page(path)).await;
                browser.see_one("h1").await;
                browser.shoot(name).await;
                let wide = "return [...document.querySelectorAll('main *')].filter(it => \
                            it.getBoundingClientRect().right > document.documentElement.clientWidth).map(it => \
                            it.outerHTML.slice(0, 120))";
                assert_eq!(browser.run(overflow).await, 0, "{name}: {}", browser.run(wide).await);
                browser.is_accessible().await;
                browser.is_light().await;
            }
            browser.open(&house.page("/admin/users/2")).await;
            browser.click("form[action='/admin/users/2/devices'] button").await;
            browser.see_one("h1").await;
            browser.shoot("devices").await;
            assert_eq!(browser.run(overflow).await, 0, "devices");
            browser.is_accessible().await;
            browser.open(&house.page("/admin/users")).await;
            browser.click("#everybody").await;
            browser.click("#bulk button").await;
            browser.see_one("#bulk-question").await;
            browser.shoot("bulk").await;
            browser.is_accessible().await;
            browser.open(&house.page("/admin/users")).await;
            browser.click("#user-60 input[name=ids]").await;
            browser.click("#bulk button").await;
            browser.see_one("#job-state.good").await;
            browser.shoot("job").await;
            assert_eq!(browser.run(overflow).await, 0, "job");
            browser.is_accessible().await;
            browser.stop().await;
        }
    }
}
