//! Changes of many users, by jobs.

use super::House;
use super::browser::{Browser, Settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_disabled_while_no_page_is_open_and_the_change_is_undone() {
    let house = House::new().await;
    // So few that no one of them is disabled or deleted: 66 visitors each.
    for _ in 0..4 {
        house.installation.says(&["demo", "--users", "99"]);
    }
    for javascript in [true, false] {
        let settings = || Settings { javascript, ..Settings::default() };
        let browser = Browser::start("bulk", settings()).await;
        if javascript {
            house.set_up(&browser).await;
        } else {
            house.come_in(&browser).await;
        }
        browser.open(&house.page("/admin/users?role=visitor")).await;
        browser.click("tbody [name=ids]").await;
        browser.click("#everybody").await;
        browser.click("#bulk button").await;
        browser.see("#bulk-question", "Disable 264 users?").await;
        browser.click("#bulk-question .primary").await;
        browser.see_one("#job").await;
        browser.shoot(if javascript { "started" } else { "started-plain" }).await;
        // The tab is closed; the change goes on.
        browser.stop().await;
        let browser = Browser::start("bulk-again", settings()).await;
        house.come_in(&browser).await;
        browser.open(&house.page("/admin/jobs")).await;
        browser.click("tbody tr:first-child a").await;
        finish(&browser, javascript).await;
        browser.see("#job-done", "264 users").await;
        browser.shoot(if javascript { "finished" } else { "finished-plain" }).await;
        browser.click("#job-undo").await;
        browser.see("h1", "Undo bulk change").await;
        finish(&browser, javascript).await;
        browser.shoot(if javascript { "undone" } else { "undone-plain" }).await;
        browser.open(&house.page("/admin/users?state=disabled&role=visitor")).await;
        browser.see("#list", "No users match.").await;
        browser.stop().await;
    }
    assert!(house.alice_is_in().await, "the filter did not find her");
}

/// The page follows the job by itself; without JavaScript it is loaded again.
async fn finish(browser: &Browser, javascript: bool) {
    if javascript {
        return browser.see("#job-state", "Finished").await;
    }
    let state = "return document.querySelector('#job-state').textContent";
    for _ in 0..600 {
        if browser.run(state).await == "Finished" {
            return;
        }
        let address = browser.run("return location.href").await;
        browser.open(address.as_str().expect("an address")).await;
    }
    panic!("the job does not finish");
}
