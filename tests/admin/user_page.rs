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
