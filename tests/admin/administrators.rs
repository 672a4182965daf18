//! Owners say who may administrate.

use std::time::Duration;

use usher_domain::AdministratorRole;

use crate::support::{ADMIN_PASSWORD, Answer, Browser, Stage};

const PATH: &str = "/admin/administrators";

/// The link on a page, without the host.
fn link(page: &Answer) -> String {
    let page = page.unescaped();
    let key = page.split("/admin/invitation?key=").nth(1).expect("a link");
    format!("/admin/invitation?key={}", &key[..64])
}

fn choice<'a>(link: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    let key = link.split('=').next_back().expect("a key");
    [("key", key), ("password", password), ("password_again", password)]
}

#[tokio::test]
async fn an_owner_invites_resets_and_removes() {
    let stage = Stage::unlimited().await;
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    for (name, message) in [("a b", "Use 3–64 characters"), ("OWNER", "Taken")] {
        let refused = owner.post(PATH, &[("username", name), ("role", "viewer")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(message), "{message}: {}", refused.text());
    }
    let invited = owner.post(PATH, &[("username", "ann"), ("role", "operator")]).await;
    let invitation = link(&invited);
    let listed = owner.get(PATH).await.unescaped();
    assert!(listed.contains("Pending links") && !listed.contains(&invitation), "it is shown once");

    let mut ann = Browser::new(&stage).saying("accept-language", "en");
    let form = ann.get(&invitation).await;
    assert!(form.text().contains("invited as ann (Operator)"), "{}", form.text());
    assert_eq!(form.header("referrer-policy"), Some("no-referrer"));
    for (password, message) in [("short", "Use 8–128 characters"), ("password", "too common")] {
        let refused = ann.post("/admin/invitation", &choice(&invitation, password)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(message), "{message}: {}", refused.text());
    }
    let chosen = choice(&invitation, ADMIN_PASSWORD);
    ann.post("/admin/invitation", &chosen).await.leads_to("/admin/login");
    ann.post("/admin/invitation", &chosen).await.says(410, "link-gone");
    ann.get(&invitation).await.says(410, "link-gone");
    ann.log_in("ann").await;
    ann.get("/admin/users/new").await.says(200, "nickname-rule"); // an operator
    assert_eq!(ann.get(PATH).await.status, 403);
    assert!(!ann.get("/admin/users").await.text().contains(PATH), "nor is it in the menu");

    let reset = link(&owner.post(&format!("{PATH}/reset"), &[("username", "ann")]).await);
    ann.get("/admin/users").await.says(200, "users-empty");
    let stranger = &mut Browser::new(&stage).saying("accept-language", "en");
    let form = stranger.get(&reset).await;
    assert!(form.text().contains("a new password for ann"), "{}", form.text());
    stranger.post("/admin/invitation", &choice(&reset, "another horse")).await.leads_to("/admin/login");
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
    let audit = owner.get("/admin/audit").await;
    for action in ["Administrator invited", "Password link created", "Administrator added"] {
        assert!(audit.text().contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_link_is_withdrawn_replaced_or_too_old() {
    let stage = Stage::unlimited().await;
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    let mut stranger = Browser::new(&stage).saying("accept-language", "en");
    let fields = [("username", "ann"), ("role", "viewer")];
    let first = link(&owner.post(PATH, &fields).await);
    let second = link(&owner.post(PATH, &fields).await);
    stranger.get(&first).await.says(410, "link-gone");
    owner.post(&format!("{PATH}/withdraw"), &fields).await.leads_to(PATH);
    owner.post(&format!("{PATH}/withdraw"), &fields).await.says(404, "not-found");
    stranger.post("/admin/invitation", &choice(&second, ADMIN_PASSWORD)).await.says(410, "link-gone");
    let third = link(&owner.post(PATH, &fields).await);
    stage.wait(Duration::from_hours(7 * 24));
    stranger.get(&third).await.says(410, "link-gone");
    for nonsense in ["", "00", &"0".repeat(64), &"x".repeat(64)] {
        stranger.get(&format!("/admin/invitation?key={nonsense}")).await.says(410, "link-gone");
    }
    owner = Browser::new(&stage);
    owner.log_in("owner").await;
    owner.post(&format!("{PATH}/reset"), &[("username", "nobody")]).await.says(404, "not-found");
}

#[tokio::test]
async fn a_role_is_changed_without_removing_anyone() {
    let stage = Stage::unlimited().await;
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    let invitation = link(&owner.post(PATH, &[("username", "ann"), ("role", "viewer")]).await);
    let mut ann = Browser::new(&stage);
    ann.post("/admin/invitation", &choice(&invitation, ADMIN_PASSWORD)).await.leads_to("/admin/login");
    ann.log_in("ann").await;
    ann.get("/admin/users/new").await.says(403, "forbidden");
    let role = format!("{PATH}/role");
    owner.post(&role, &[("username", "ann"), ("role", "operator")]).await.leads_to(PATH);
    ann.get("/admin/users/new").await.says(200, "nickname-rule"); // in the same session
    let list = owner.get(PATH).await;
    assert!(list.text().contains("<option value=\"operator\" selected>"), "{}", list.text());
    for (name, to, status) in [("owner", "viewer", 422), ("nobody", "viewer", 404), ("ann", "king", 422)] {
        assert_eq!(
            owner.post(&role, &[("username", name), ("role", to)]).await.status,
            status,
            "{name} {to}"
        );
    }
    assert!(owner.get("/admin/audit").await.text().contains("Administrator role changed"));
    ann.post(&role, &[("username", "ann"), ("role", "owner")]).await.says(403, "forbidden");
}
