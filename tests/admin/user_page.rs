//! What a user's page shows beside the facts, and what is done there.

use usher_domain::AdministratorRole;

use crate::support::{Browser, Stage};

#[tokio::test]
async fn a_session_shows_where_it_was_opened() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.signed("visitorRegister", &[("uniplatform", "mp-weixin")]).await.data()["id"].clone();
    phone.upgrade("alice_01", "hunter22").await.data();
    stage.phone().log_in("alice_01", "hunter22").await.data();
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let page = browser.get(&format!("/admin/users/{id}")).await.unescaped();
    let sessions = page.split("id=\"sessions\"").nth(1).expect("sessions");
    let sessions = sessions.split("</section>").next().expect("an end");
    let device = format!("<code>{}…</code>", &phone.device[..8]);
    // One by name and password only, and one by the device. In this process there is no peer with an address.
    assert_eq!(sessions.matches(&device).count(), 1, "{sessions}");
    assert_eq!(sessions.matches("mp-weixin").count(), 1, "{sessions}");
    assert!(sessions.contains("Unknown") && sessions.contains("0.0.0.0"), "{sessions}");
    assert!(!page.contains(&phone.device));
}

#[tokio::test]
async fn an_operator_makes_a_visitor_a_user() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.visit().await.data()["id"].clone();
    stage.phone().register("bob_01", "hunter22").await.data();
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let path = format!("/admin/users/{id}/convert");
    assert!(operator.get(&format!("/admin/users/{id}")).await.unescaped().contains(&path));
    operator.get(&path).await.says(200, "convert-lead");
    for (name, password, message) in [
        ("x", "hunter22", "username-length"),
        ("alice_01", "1", "user-password-rule"),
        ("alice_01", "alice_01", "password-name"),
        ("BOB_01", "hunter22", "username-taken"),
    ] {
        let refused = operator.post(&path, &[("username", name), ("password", password)]).await;
        refused.says(422, message);
        assert!(refused.text().contains(&format!("value=\"{name}\"")), "what was typed is kept");
    }
    assert_eq!(phone.standing().await, "visitor");
    let fields = [("username", "alice_01"), ("password", "hunter22")];
    operator.post(&path, &fields).await.leads_to(&format!("/admin/users/{id}"));
    assert_ne!(phone.standing().await, "visitor", "the visitor's sessions have ended");
    assert_eq!(stage.phone().log_in("alice_01", "hunter22").await.data()["id"], id);
    operator.get(&path).await.leads_to(&format!("/admin/users/{id}"));
    operator.post(&path, &fields).await.says(409, "not-applicable");
    assert!(operator.get("/admin/audit").await.text().contains("Visitor converted"));
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    viewer.get(&path).await.says(403, "forbidden");
}

#[tokio::test]
async fn a_device_is_unlinked_and_its_sessions_end() {
    let stage = Stage::unlimited().await;
    let (mut phone, mut elsewhere) = (stage.phone(), stage.phone());
    let id = phone.visit().await.data()["id"].clone();
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let page = format!("/admin/users/{id}");
    assert!(!operator.get(&page).await.text().contains("devices/unlink"), "a visitor's only way back");
    phone.upgrade("alice_01", "hunter22").await.data();
    elsewhere.log_in("alice_01", "hunter22").await.data();
    let shown = operator.get(&page).await.unescaped();
    let form = shown.split("/devices/unlink\"").nth(1).expect("a form");
    let tag =
        form.split("name=\"device\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a tag");
    let path = format!("{page}/devices/unlink");
    operator.post(&path, &[("device", tag)]).await.leads_to(&page);
    assert_ne!(phone.standing().await, "user");
    assert_eq!(elsewhere.standing().await, "user");
    operator.post(&path, &[("device", tag)]).await.says(404, "not-found");
    operator.post(&path, &[("device", "nonsense")]).await.says(404, "not-found");
    assert_ne!(phone.visit().await.data()["id"], id, "the device makes another visitor");
}

#[tokio::test]
async fn all_that_is_kept_of_a_person_is_one_file() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.visit().await.data()["id"].clone();
    phone.upgrade("alice_01", "hunter22").await.data();
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await;
    let reason = [("enabled", "0"), ("reason", "spam")];
    operator.post(&format!("/admin/users/{id}/status"), &reason).await;
    let file = operator.post(&format!("/admin/users/{id}/export"), &[]).await;
    assert_eq!(
        file.header("content-disposition"),
        Some(format!("attachment; filename=\"user-{id}.json\"").as_str())
    );
    let export = &file.body;
    assert_eq!(
        (&export["account"]["username"], &export["ban"]["reason"]),
        (&"alice_01".into(), &"spam".into())
    );
    assert_eq!(export["devices"][0]["id"], format!("{}…", &phone.device[..8]));
    let actions: Vec<_> =
        export["history"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["user-exported", "user-disabled"]);
    for secret in [phone.device.as_str(), "argon2", "csrf"] {
        assert!(!export.to_string().contains(secret), "{secret}");
    }
    operator.post("/admin/users/999/export", &[]).await.says(404, "not-found");
}

#[tokio::test]
async fn administrators_note_what_others_should_know() {
    let stage = Stage::unlimited().await;
    let id = stage.phone().visit().await.data()["id"].clone();
    let (page, path) = (format!("/admin/users/{id}"), format!("/admin/users/{id}/notes"));
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    operator
        .post(&path, &[("text", "Asked twice.\r\n<b>Be kind.</b>")])
        .await
        .leads_to(&format!("{page}#notes"));
    let shown = operator.get(&page).await;
    assert!(shown.text().contains("Asked twice.\n&lt;b&gt;Be kind."), "{}", shown.text());
    for text in ["", "  ", &"x".repeat(2_001)] {
        operator.post(&path, &[("text", text)]).await.says(422, "bad-request");
    }
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    owner.post(&path, &[("text", "Seen.")]).await.leads_to(&format!("{page}#notes"));
    let remove = format!("{path}/remove");
    assert_eq!(operator.get(&page).await.unescaped().matches(&remove).count(), 1, "only its own");
    operator.post(&remove, &[("note", "2")]).await.says(404, "not-found");
    assert_eq!(owner.get(&page).await.unescaped().matches(&remove).count(), 2);
    owner.post(&remove, &[("note", "1")]).await.leads_to(&format!("{page}#notes"));
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    let seen = viewer.get(&page).await.unescaped();
    assert!(seen.contains("Seen.") && !seen.contains("Asked twice.") && !seen.contains(&remove));
    viewer.post(&path, &[("text", "No.")]).await.says(403, "forbidden");
    owner.post("/admin/users/999/notes", &[("text", "Nobody.")]).await.says(404, "not-found");
    let export = owner.post(&format!("{page}/export"), &[]).await;
    assert_eq!(export.body["notes"][0]["text"], "Seen.");
}

#[tokio::test]
async fn accounts_from_one_address_are_found_from_each_other() {
    let stage = Stage::with(|config| {
        crate::support::without_limits(config);
        config.http.trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
    })
    .await;
    let mut ids = Vec::new();
    for address in ["198.51.100.7", "198.51.100.7", "198.51.100.8"] {
        let mut phone = stage.phone();
        phone.forwarded_for = Some(address.to_owned());
        ids.push(phone.visit().await.data()["id"].clone());
    }
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let page = viewer.get(&format!("/admin/users/{}", ids[0])).await.unescaped();
    let related =
        page.split("id=\"related\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("some");
    assert!(related.contains(&format!("href=\"/admin/users/{}\"", ids[1])), "{related}");
    assert_eq!(related.matches("/admin/users/").count(), 1, "{related}");
    let list = viewer.get("/admin/users?q=198.51.100.7").await;
    assert_eq!(list.text().matches("<tr id=\"user-").count(), 2);
    assert!(!viewer.get(&format!("/admin/users/{}", ids[2])).await.text().contains("id=\"related\""));
}
