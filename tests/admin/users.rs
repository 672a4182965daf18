use std::sync::Arc;

use usher_domain::{AdministratorRole, AuditAction, AuditFilter};

use crate::support::{Answer, Browser, Phone, Stage};

/// The value of a hidden field in a user's row.
fn field<'a>(page: &'a str, id: i64, name: &str) -> &'a str {
    let row = page.split(&format!("<tr id=\"user-{id}\">")).nth(1).expect("a row");
    let value = row.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().expect("an end")
}

async fn a_user(stage: &Arc<Stage>, name: &str) -> (i64, Phone) {
    let mut phone = stage.phone();
    let user = phone.register(name, "hunter22").await.data();
    (user["id"].as_i64().expect("an id"), phone)
}

#[tokio::test]
async fn a_switch_is_one_click_and_the_users_next_call_is_refused() {
    let stage = Stage::unlimited().await;
    let (id, phone) = a_user(&stage, "alice_01").await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator)
        .await
        .saying("hx-request", "true")
        .saying("accept-language", "en");
    let page = browser.get("/admin/users").await;
    let version = field(page.text(), id, "version").to_owned();
    let row = page.text().split("<tr id=").nth(1).expect("a row");
    assert!(
        row.contains("role=\"switch\" aria-checked=\"true\" aria-label=\"alice_01: account enabled\""),
        "{row}"
    );

    let path = format!("/admin/users/{id}/status");
    let off = browser.post(&path, &[("version", &version), ("enabled", "0")]).await;
    assert_eq!(off.status, 200);
    let text = off.text();
    assert!(text.trim_start().starts_with(&format!("<tr id=\"user-{id}\">")), "{text}");
    assert!(text.contains("aria-checked=\"false\"") && text.contains("alice_01 was disabled"), "{text}");
    assert!(text.contains("hx-swap-oob=\"true\"") && text.contains(">Undo</button>"), "{text}");
    assert_eq!(phone.standing().await, "当前用户不存在或者已被禁用");

    // The version that is shown no longer holds: somebody else was quicker.
    let late = browser.post(&path, &[("version", &version), ("enabled", "1")]).await;
    assert_eq!(late.status, 409);
    assert!(
        late.text().contains("aria-checked=\"false\"") && late.text().contains("was changed by someone else")
    );

    let current = field(late.text(), id, "version").to_owned();
    let undone = browser.post(&path, &[("version", &current), ("enabled", "1")]).await;
    assert_eq!(undone.status, 200);
    assert!(undone.text().contains("alice_01 was enabled."), "{}", undone.text());
    assert_eq!(phone.standing().await, "Token 令牌不合法！", "no session comes back");
}

#[tokio::test]
async fn without_javascript_the_switch_is_a_form() {
    let stage = Stage::unlimited().await;
    let (id, _) = a_user(&stage, "alice_01").await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    let here = "/admin/users?state=enabled";
    let page = browser.get(here).await;
    assert_eq!(field(page.text(), id, "back").replace("&#x2f;", "/"), here);
    let version = field(page.text(), id, "version").to_owned();
    let path = format!("/admin/users/{id}/status");
    let fields = [("version", version.as_str()), ("enabled", "0"), ("back", here)];
    let off = browser.post(&path, &fields).await;
    // The list tells of it once, and how to take it back.
    let told = off.header("location").expect("a list").to_owned();
    assert_eq!((off.status, told.split("&changed=").next()), (303, Some(here)));
    let list = browser.get(&told).await;
    list.says(200, "user-disabled");
    assert!(list.text().contains("id=\"undo\"") && !list.text().contains(&format!("<tr id=\"user-{id}\">")));
    assert_eq!(list.text().matches("changed").count(), 0, "it is told once: {}", list.text());
    let undo = list.text().split("id=\"announcer\"").nth(1).expect("a notice");
    assert!(undo.contains(&here.replace('/', "&#x2f;")), "back to the same list: {undo}");
    assert!(!browser.get(here).await.text().contains("alice_01"));
    assert!(!browser.get("/admin/users?changed=x").await.text().contains("id=\"undo\""));
    assert!(browser.get("/admin/users?state=disabled").await.text().contains("alice_01"));
    let late = browser.post(&path, &fields).await;
    late.says(409, "conflict"); // it was so already, and by somebody who knew
    let conflict = browser.post(&path, &[("version", &version), ("enabled", "1")]).await;
    conflict.says(409, "conflict");
    browser.post("/admin/users/9000000000/status", &[("enabled", "0")]).await.says(404, "not-found");
    browser.post("/admin/users/x/status", &[("enabled", "0")]).await.says(404, "not-found");
}

#[tokio::test]
async fn a_viewer_sees_and_touches_nothing() {
    let stage = Stage::unlimited().await;
    let (id, phone) = a_user(&stage, "alice_01").await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let page = browser.get("/admin/users").await;
    assert!(page.text().contains("role=\"switch\"") && page.text().contains(" disabled>"), "{}", page.text());
    let refused = browser.post(&format!("/admin/users/{id}/status"), &[("enabled", "0")]).await;
    refused.says(403, "forbidden");
    assert_eq!(phone.standing().await, "user");
}

#[tokio::test]
async fn every_user_is_on_exactly_one_page() {
    let stage = Stage::unlimited().await;
    for number in 0..120 {
        a_user(&stage, &format!("person_{number}")).await;
    }
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let (mut seen, mut next) = (Vec::new(), Some("/admin/users?role=user".to_owned()));
    while let Some(path) = next {
        let page = browser.get(&path).await;
        let rows = page.text().split("<tr id=\"user-").skip(1);
        seen.extend(rows.filter_map(|row| row.split('"').next()?.parse::<i64>().ok()));
        next = page.text().split("<a href=\"").find(|part| part.contains("rel=\"next\"")).map(|part| {
            let path = part.split('"').next().unwrap_or_default();
            path.replace("&#x2f;", "/").replace("&amp;", "&")
        });
    }
    assert_eq!(seen.len(), 120);
    assert!(seen.is_sorted_by(|one, next| one > next), "newest first");
    for (q, found) in
        [("person_77", 1), ("ERSON_11", 11), ("nobody", 0), ("117", 2), ("%25", 0), (&"x".repeat(60), 0)]
    {
        let page = browser.get(&format!("/admin/users?q={q}")).await;
        assert_eq!(page.text().matches("<tr id=\"user-").count(), found, "{q}");
    }
}

#[tokio::test]
async fn what_is_typed_is_shown_and_not_run() {
    let stage = Stage::new().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    for typed in ["\"><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "${7*7}"] {
        let query: Vec<_> = typed.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let query = query.concat();
        for field in ["q", "platform", "role", "state", "sort", "after"] {
            let page = browser.get(&format!("/admin/users?{field}={query}")).await;
            page.says(200, "im-users");
            for raw in ["<script>alert", "<img src=x", ">49<", "\"49\""] {
                assert!(!page.text().contains(raw), "{field}={typed}: {}", page.text());
            }
            let shown = page.unescaped().contains(&format!("value=\"{typed}\""));
            assert_eq!(shown, ["q", "platform"].contains(&field), "{field}={typed}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn whole_device_ids_are_for_operators_and_audited() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.visit().await.data()["id"].as_i64().expect("an id");
    let page = format!("/admin/users/{id}");
    let short = format!("{}…", &phone.device[..8]);
    for role in AdministratorRole::ALL {
        let mut browser = Browser::of(&stage, role).await.saying("accept-language", "en");
        let seen = browser.get(&page).await;
        assert!(seen.text().contains(&short) && !seen.text().contains(&phone.device[8..]), "{}", seen.text());
        let may = role >= AdministratorRole::Operator;
        assert_eq!(seen.text().contains("Show full device IDs"), may);
        let whole = browser.post(&format!("{page}/devices"), &[]).await;
        assert_eq!(whole.status, if may { 200 } else { 403 });
        assert_eq!(whole.text().contains(&phone.device), may);
        // A whole id is found; a viewer cannot feel for one character after another.
        let found = async |browser: &mut Browser, q: &str| {
            browser.get(&format!("/admin/users?q={q}")).await.text().contains(&format!("id=\"user-{id}\""))
        };
        assert!(found(&mut browser, &phone.device).await && found(&mut browser, &phone.device[..8]).await);
        assert_eq!(found(&mut browser, &phone.device[..12]).await, may);
    }
    let filter = AuditFilter { action: Some(AuditAction::DeviceIdsShown), ..AuditFilter::default() };
    let noted = stage.adapters.audit.list(&filter, None, 10).await.expect("entries");
    let noted: Vec<_> =
        noted.iter().map(|it| (it.record.by.as_str(), it.record.user.map(|user| user.0))).collect();
    assert_eq!(noted, [("owner", Some(id)), ("operator", Some(id))]);
    // Nor does the log of an export tell the id that was looked for.
    let mut operator = Browser::new(&stage);
    operator.log_in("operator").await;
    operator.get(&format!("/admin/users.csv?q={}", phone.device)).await;
    let all = stage.adapters.audit.list(&AuditFilter::default(), None, 100).await.expect("entries");
    assert!(all.iter().all(|it| !format!("{:?}", it.record).contains(&phone.device[8..])), "{all:?}");
}

#[tokio::test]
async fn a_filter_is_kept_on_the_way_to_a_user_and_back() {
    let stage = Stage::unlimited().await;
    let (id, _) = a_user(&stage, "alice_01").await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    let list = "/admin/users?q=alice&role=user";
    let carried = "?list=%2Fadmin%2Fusers%3Fq%3Dalice%26role%3Duser";
    let link = |answer: &Answer, href: &str| answer.unescaped().contains(&format!("href=\"{href}\""));
    let page = browser.get(list).await;
    for way in ["", "/edit", "/delete"] {
        assert!(link(&page, &format!("/admin/users/{id}{way}{carried}")), "{way}: {}", page.unescaped());
        let next = browser.get(&format!("/admin/users/{id}{way}{carried}")).await;
        let back = if way == "/delete" { format!("/admin/users/{id}{carried}") } else { list.to_owned() };
        assert!(link(&next, &back), "{way}: {}", next.unescaped());
    }
    let fields = [("username", "alice_01"), ("nickname", "Alice"), ("list", list)];
    let saved = browser.post(&format!("/admin/users/{id}/edit"), &fields).await;
    saved.leads_to(&format!("/admin/users/{id}{carried}"));
    let deleted = browser.post(&format!("/admin/users/{id}/delete"), &[("list", list)]).await;
    deleted.leads_to(&format!("/admin/users/{id}{carried}"));
    // The deleted are restored where they are found, and nothing else is offered.
    let gone = browser.get("/admin/users?state=deleted").await;
    assert!(gone.text().contains(&format!("/admin/users/{id}/restore")), "{}", gone.text());
    for word in ["role=\"switch\"", "value=\"disable\"", "/delete"] {
        assert!(!gone.text().contains(word), "{word}: {}", gone.text());
    }
    let restored =
        browser.post(&format!("/admin/users/{id}/restore"), &[("back", "/admin/users?state=deleted")]).await;
    restored.leads_to("/admin/users?state=deleted");
    for elsewhere in
        ["//evil.example", "/admin/users/../../x", "/admin/usersx?", "https://evil.example/admin/users"]
    {
        let page = browser.get(&format!("/admin/users/{id}?list={elsewhere}")).await;
        assert!(link(&page, "/admin/users"), "{elsewhere}: {}", page.unescaped());
    }
}

#[tokio::test]
async fn after_an_error_the_menu_shows_where_one_is() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await;
    for (path, page) in
        [("/admin/administrators", "/admin/administrators"), ("/admin/account/password", "/admin/account")]
    {
        let wrong = browser.post(path, &[("username", "a b"), ("password", "short")]).await;
        assert_eq!(wrong.status, 422, "{path}");
        let back = format!("name=\"back\" value=\"{page}\"");
        assert!(
            wrong.unescaped().contains(&back),
            "the language leads away from {path}: {}",
            wrong.unescaped()
        );
        let current = wrong.text().split("aria-current=\"page\"").next().expect("a menu");
        let marked = current.len() < wrong.text().len();
        assert_eq!(marked, page == "/admin/administrators", "{path}");
        assert!(
            !marked || current.rsplit("href=\"").next().expect("a link").starts_with(page),
            "{path}: {current}"
        );
    }
}

#[tokio::test]
async fn a_platform_is_found_in_whichever_case_it_is_typed() {
    let stage = Stage::unlimited().await;
    stage.phone().signed("visitorRegister", &[("uniplatform", "mp-weixin")]).await.data();
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    for (typed, found) in [("mp-weixin", 1), ("MP-WeiXin", 1), ("h5", 0)] {
        let page = browser.get(&format!("/admin/users?platform={typed}")).await;
        assert_eq!(page.text().matches("<tr id=\"user-").count(), found, "{typed}");
        assert!(page.text().contains("<option value=\"mp-weixin\">"), "it is offered");
    }
}
