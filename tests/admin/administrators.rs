//! Owners say who may administrate.

use usher_domain::AdministratorRole;

use crate::support::{ADMIN_PASSWORD, Browser, Stage};

const PATH: &str = "/admin/administrators";

fn draft<'a>(name: &'a str, role: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    [("username", name), ("role", role), ("password", password)]
}

#[tokio::test]
async fn an_owner_adds_resets_and_removes() {
    let stage = Stage::unlimited().await;
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    for (fields, message) in [
        (draft("a b", "viewer", ADMIN_PASSWORD), "Use 3–64 characters"),
        (draft("ann", "viewer", "short"), "Use 8–128 characters for the password."),
        (draft("OWNER", "viewer", ADMIN_PASSWORD), "Taken"),
    ] {
        let refused = owner.post(PATH, &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(message), "{message}: {}", refused.text());
    }
    let added = owner.post(PATH, &draft("ann", "operator", ADMIN_PASSWORD)).await;
    assert_eq!((added.status, added.header("location")), (303, Some(PATH)));
    let mut ann = Browser::new(&stage);
    ann.log_in("ann").await;
    ann.get("/admin/users/new").await.says(200, "nickname-rule"); // an operator
    assert_eq!(ann.get(PATH).await.status, 403);
    assert!(!ann.get("/admin/users").await.text().contains(PATH), "nor is it in the menu");

    let reset =
        owner.post(&format!("{PATH}/reset"), &[("username", "ann"), ("password", "another horse")]).await;
    assert_eq!(reset.status, 303);
    assert_eq!(ann.get("/admin/users").await.header("location"), Some("/admin/login"));
    let come = ann.post("/admin/login", &[("username", "ann"), ("password", "another horse")]).await;
    come.leads_to("/admin/users");

    assert_eq!(owner.post(&format!("{PATH}/remove"), &[("username", "ann")]).await.status, 303);
    assert_eq!(ann.get("/admin/users").await.header("location"), Some("/admin/login"));
    owner.post(&format!("{PATH}/remove"), &[("username", "ann")]).await.says(404, "not-found");
    let last = owner.post(&format!("{PATH}/remove"), &[("username", "owner")]).await;
    assert_eq!(last.status, 422);
    assert!(last.text().contains("t remove the last owner."), "{}", last.text());
    assert!(!last.text().contains(">ann<"), "{}", last.text());
}
