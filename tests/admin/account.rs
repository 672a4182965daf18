//! An administrator's own password and second factor.

use std::time::Duration;

use usher_domain::{AdministratorName, AdministratorRole, PlainPassword, Timestamp};
use usher_ports::outbound::Clock as _;

use crate::support::{ADMIN_PASSWORD, Answer, Browser, Stage};

fn hidden(page: &Answer, name: &str) -> String {
    let value = page.text().split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
    value.split('"').next().expect("an end").to_owned()
}

/// What the app would show.
fn code(secret: &str, at: Timestamp) -> String {
    let secret: [u8; 20] = hex::decode(secret).expect("digits").try_into().expect("a length");
    let seconds = u64::try_from(at.as_millis() / 1_000).expect("a moment");
    let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::new_stack(secret)).build_noncompliant();
    totp.generate(seconds).to_string()
}

#[tokio::test]
async fn with_a_second_factor_the_password_is_not_enough() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    assert!(browser.get("/admin/account").await.text().contains("Off. With a second factor"));
    let offer = browser.get("/admin/account/second-factor").await;
    assert!(offer.text().contains("<path d=\"M0 0h1v1h-1z"), "{}", offer.text());
    let secret = hidden(&offer, "secret");
    let now = code(&secret, stage.clock.now());
    let turn_on = "/admin/account/second-factor";
    for (code, password) in [("000000", ADMIN_PASSWORD), (now.as_str(), "wrong horse"), ("", "")] {
        let fields = [("secret", secret.as_str()), ("code", code), ("password", password)];
        let refused = browser.post(turn_on, &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Code or password is wrong.") && refused.text().contains(&secret));
    }
    let fields = [("secret", secret.as_str()), ("code", &now), ("password", ADMIN_PASSWORD)];
    let codes = browser.post(turn_on, &fields).await;
    let recovery: Vec<String> = codes
        .text()
        .split("<li><code>")
        .skip(1)
        .map(|part| part.split('<').next().expect("an end").to_owned())
        .collect();
    assert_eq!(recovery.len(), 10, "{}", codes.text());

    let try_in = async |code: &str| {
        let fields = [("username", "owner"), ("password", ADMIN_PASSWORD), ("code", code)];
        Browser::new(&stage).post("/admin/login", &fields).await.status
    };
    assert_eq!(try_in("").await, 401);
    assert_eq!(try_in("123456").await, 401);
    assert_eq!(try_in(&now).await, 401, "it was used to turn the factor on");
    stage.wait(Duration::from_secs(30));
    let next = code(&secret, stage.clock.now());
    assert_eq!(try_in(&next).await, 303);
    assert_eq!(try_in(&next).await, 401, "a code is good once");
    assert_eq!(try_in(&recovery[3].to_uppercase()).await, 303);
    assert_eq!(try_in(&recovery[3]).await, 401, "a recovery code as well");
    assert!(browser.get("/admin/account").await.text().contains("Recovery codes left: 9."));

    let wrong = browser.post("/admin/account/second-factor/off", &[("password", "wrong horse")]).await;
    assert_eq!(wrong.status, 422);
    let off = browser.post("/admin/account/second-factor/off", &[("password", ADMIN_PASSWORD)]).await;
    assert_eq!(off.status, 303);
    assert_eq!(try_in("").await, 303);
}

#[tokio::test]
async fn another_password_ends_all_stays() {
    let stage = Stage::unlimited().await;
    let mut here = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let mut there = Browser::new(&stage);
    there.log_in("viewer").await;
    let fields =
        |current, password, again| [("current", current), ("password", password), ("password_again", again)];
    for (form, message) in [
        (fields("wrong horse", "another horse", "another horse"), "This is not your password."),
        (fields(ADMIN_PASSWORD, "another horse", "a third horse"), "The two passwords differ."),
        (fields(ADMIN_PASSWORD, "short", "short"), "A password has 8 to 128 characters."),
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
    assert_eq!(come.status, 303);
}

#[tokio::test]
async fn whoever_lost_the_phone_is_helped_at_the_machine() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let secret = hidden(&browser.get("/admin/account/second-factor").await, "secret");
    let now = code(&secret, stage.clock.now());
    let fields = [("secret", secret.as_str()), ("code", &now), ("password", ADMIN_PASSWORD)];
    assert_eq!(browser.post("/admin/account/second-factor", &fields).await.status, 200);
    let machine = usher_domain::Administrator::at_the_machine();
    let name = AdministratorName::parse("viewer").expect("a name");
    let password = PlainPassword::for_administrator(ADMIN_PASSWORD).expect("a password");
    let owner = machine.owning().expect("the one at the machine may");
    stage.admin.manage_administrators.reset(owner, &name, password).await.expect("a new password");
    browser.forget();
    browser.log_in("viewer").await;
}
