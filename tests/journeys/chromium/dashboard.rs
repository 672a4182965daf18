//! The dashboard.

use super::browser::{Browser, Settings};
use super::*;

/// End, Left and Escape, as `WebDriver` sends them.
const END: &str = "\u{e010}";
const LEFT: &str = "\u{e012}";
const ESCAPE: &str = "\u{e00c}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dashboard_renews_its_numbers_and_leaves_the_reader_alone() {
    let house = House::new().await;
    let browser = Browser::start("renewed", Settings::default()).await;
    house.set_up(&browser).await;
    browser.open(&house.page("/admin/dashboard")).await;
    browser.click("#numbers summary").await;
    let today = "return document.querySelector('#number-visitors strong').textContent";
    assert_eq!(browser.run(today).await, "0");
    signed(&house.server.url, "00000001-bf16-5425-adbc-d12f49cfa332", "visitorRegister", &[]).await.token();
    browser.run("htmx.ajax('GET', '/admin/dashboard', {source: '#numbers'})").await;
    browser.until(today, "1").await;
    let kept = "return [document.querySelector('#numbers details').open, document.activeElement.tagName]";
    assert_eq!(browser.run(kept).await, serde_json::json!([true, "SUMMARY"]));
    let table = "return document.querySelector('#table-visitors td').textContent";
    assert_eq!(browser.run(table).await, "1");
    // Numbers that are no longer renewed say so.
    house.server.kill();
    browser.run("htmx.ajax('GET', '/admin/dashboard', {source: '#numbers'}).catch(() => 0)").await;
    browser.see("#offline", "Connection lost.").await;
    browser.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bars_are_read_with_the_keyboard_and_a_range_is_one_click() {
    let house = House::new().await;
    let browser = Browser::start("bars", Settings::default()).await;
    house.set_up(&browser).await;
    signed(&house.server.url, "00000001-bf16-5425-adbc-d12f49cfa332", "visitorRegister", &[]).await.token();
    browser.open(&house.page("/admin/dashboard")).await;
    let tip =
        "return document.querySelector('.plot.visitors .tip').textContent.replace(/^.*: (.*) ·.*$/, '$1')";
    browser.press(".plot.visitors", END).await;
    browser.until(tip, "1").await;
    browser.press(".plot.visitors", LEFT).await;
    browser.until(tip, "0").await;
    let hidden = "return String(document.querySelector('.plot.visitors .tip').hidden)";
    browser.press(".plot.visitors", ESCAPE).await;
    browser.until(hidden, "true").await;
    browser.click(".choice a[href$='24h']").await;
    browser.see(".choice [aria-current]", "24 hours").await;
    let bars = "return String(document.querySelectorAll('.plot.visitors rect').length)";
    browser.until(bars, "24").await;
    browser.click(".totals a[href$='state=disabled']").await;
    browser.see("h1", "Disabled users").await;
    browser.stop().await;
}
