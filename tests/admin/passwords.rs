//! Passwords that administrators choose.

use usher_domain::AdministratorRole;

use crate::support::{ADMIN_PASSWORD, Browser, Stage};

#[tokio::test]
async fn common_passwords_and_ones_own_name_are_refused() {
    let stage = Stage::unlimited().await;
    let mut owner = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    let too_common = "This password is too common.";
    for (path, fields, message) in [
        (
            "/admin/account/password",
            vec![("current", ADMIN_PASSWORD), ("password", "12345678"), ("password_again", "12345678")],
            too_common,
        ),
        (
            "/admin/users",
            vec![("username", "alice_01"), ("nickname", ""), ("password", "123456")],
            too_common,
        ),
        (
            "/admin/users",
            vec![("username", "alice_01"), ("nickname", ""), ("password", "Alice_01")],
            "must differ from the username",
        ),
    ] {
        let refused = owner.post(path, &fields).await;
        assert_eq!(refused.status, 422, "{path} {fields:?}");
        assert!(refused.text().contains(message), "{path}: {}", refused.text());
    }
    let check = [("field", "password"), ("password", "abc123456"), ("username", "alice_01")];
    assert!(owner.post("/admin/users/check", &check).await.text().contains(too_common));
    // The old protocol's clients know no such refusal.
    let mut phone = stage.phone();
    phone.register("alice_01", "123456").await.data();
    let id = phone.log_in("alice_01", "123456").await.data()["id"].as_i64().expect("an id");
    let edit = format!("/admin/users/{id}/edit");
    let fields = |password| [("username", "alice_01"), ("nickname", "x"), ("password", password)];
    assert!(owner.post(&edit, &fields("111111")).await.text().contains(too_common));
    owner.post(&edit, &fields("")).await.leads_to("/admin/users/1"); // what is not chosen anew stays
    let fresh = Stage::new().await;
    let mut first = Browser::new(&fresh).saying("accept-language", "en");
    let fields = [
        ("code", fresh.set_up_code.as_str()),
        ("username", "ann"),
        ("password", "password"),
        ("password_again", "password"),
    ];
    let refused = first.post("/admin/setup", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains(too_common), "{}", refused.text());
}

#[tokio::test]
async fn another_password_ends_all_sessions() {
    let stage = Stage::unlimited().await;
    let mut here = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let mut there = Browser::new(&stage);
    there.log_in("viewer").await;
    let fields =
        |current, password, again| [("current", current), ("password", password), ("password_again", again)];
    for (form, message) in [
        (fields("wrong horse", "another horse", "another horse"), "Incorrect password."),
        (fields(ADMIN_PASSWORD, "another horse", "a third horse"), "The passwords don&#x27;t match."),
        (fields(ADMIN_PASSWORD, "short", "short"), "Use 8–128 characters for the password."),
    ] {
        let refused = here.post("/admin/account/password", &form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(message), "{}", refused.text());
    }
    let changed =
        here.post("/admin/account/password", &fields(ADMIN_PASSWORD, "another horse", "another horse")).await;
    assert_eq!((changed.status, changed.header("location")), (303, Some("/admin/login")));
    assert_eq!(there.get("/admin/users").await.header("location"), Some("/admin/login"));
    let come = there.post("/admin/login", &[("username", "viewer"), ("password", "another horse")]).await;
    come.leads_to("/admin/users");
}
