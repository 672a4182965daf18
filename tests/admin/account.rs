//! An administrator's own second factor and sessions.

use std::sync::Arc;
use std::time::Duration;

use usher::config::FactorRequirementName;
use usher_domain::{AdministratorName, AdministratorRole, PlainPassword, Timestamp};
use usher_http::{Access, admin_routes};
use usher_ports::outbound::Clock as _;

use crate::support::{ADMIN_PASSWORD, Answer, Browser, Stage, owner};

fn named(name: &str) -> AdministratorName {
    AdministratorName::parse(name).expect("a name")
}

fn password(text: &str) -> PlainPassword {
    PlainPassword::for_administrator(text).expect("a password")
}

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
    assert!(browser.get("/admin/account").await.text().contains("Off. Turn it on"));
    let offer = browser.get("/admin/account/second-factor").await;
    assert!(offer.text().contains("<path d=\"M0 0h1v1h-1z"), "{}", offer.text());
    let secret = hidden(&offer, "secret");
    let now = code(&secret, stage.clock.now());
    let turn_on = "/admin/account/second-factor";
    for (code, password) in [("000000", ADMIN_PASSWORD), (now.as_str(), "wrong horse"), ("", "")] {
        let fields = [("secret", secret.as_str()), ("code", code), ("password", password)];
        let refused = browser.post(turn_on, &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Incorrect code or password.") && refused.text().contains(&secret));
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
    assert!(browser.get("/admin/account").await.text().contains("9 recovery codes left."));

    // Turning it off takes the password and a code; one of them is not enough.
    let off = "/admin/account/second-factor/off";
    stage.wait(Duration::from_secs(30));
    let later = code(&secret, stage.clock.now());
    for (password, code) in [
        ("wrong horse", later.as_str()),
        (ADMIN_PASSWORD, ""),
        (ADMIN_PASSWORD, "000000"),
        (ADMIN_PASSWORD, &recovery[3]),
    ] {
        let wrong = browser.post(off, &[("password", password), ("code", code)]).await;
        assert_eq!(wrong.status, 422, "{password} {code}");
        assert!(wrong.text().contains("Incorrect code or password."), "{}", wrong.text());
    }
    let done = browser.post(off, &[("password", ADMIN_PASSWORD), ("code", &recovery[4])]).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/admin/account")));
    assert_eq!(try_in("").await, 303);
}

/// Turns a second factor on, and gives its secret and the recovery codes.
async fn turn_on(stage: &Arc<Stage>, browser: &mut Browser) -> (String, Vec<String>) {
    let secret = hidden(&browser.get(FACTOR).await, "secret");
    let now = code(&secret, stage.clock.now());
    let fields = [("secret", secret.as_str()), ("code", &now), ("password", ADMIN_PASSWORD)];
    let codes = browser.post(FACTOR, &fields).await;
    (secret, recovery_codes(&codes))
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    page.says(200, "codes-kept");
    let parts = page.text().split("<li><code>").skip(1);
    parts.map(|part| part.split('<').next().expect("an end").to_owned()).collect()
}

const FACTOR: &str = "/admin/account/second-factor";

#[tokio::test]
async fn a_change_of_the_second_factor_ends_all_other_sessions() {
    let stage = Stage::unlimited().await;
    let mut here = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    let is_in = async |browser: &mut Browser| browser.get("/admin/users").await.status == 200;
    let mut there = Browser::new(&stage);
    there.log_in("operator").await;
    let (secret, recovery) = turn_on(&stage, &mut here).await;
    assert!(!is_in(&mut there).await && is_in(&mut here).await);

    let log_in = async |code: &str| {
        let mut browser = Browser::new(&stage);
        let fields = [("username", "operator"), ("password", ADMIN_PASSWORD), ("code", code)];
        browser.post("/admin/login", &fields).await.leads_to("/admin/users");
        browser
    };
    // New recovery codes, by a code that is good once.
    let mut there = log_in(&recovery[0]).await;
    let renew = [("password", ADMIN_PASSWORD), ("code", recovery[1].as_str())];
    let half = here.post("/admin/account/second-factor/codes", &renew[..1]).await;
    half.says(422, "error-code");
    assert!(is_in(&mut there).await);
    let renewed = recovery_codes(&here.post("/admin/account/second-factor/codes", &renew).await);
    assert!(!is_in(&mut there).await && is_in(&mut here).await);
    assert_eq!(renewed.len(), 10);
    let old = [("username", "operator"), ("password", ADMIN_PASSWORD), ("code", recovery[2].as_str())];
    Browser::new(&stage).post("/admin/login", &old).await.says(401, "error-credentials");

    // Another phone: a code of the new one, and one of the old one.
    let mut there = log_in(&renewed[0]).await;
    let page = here.get(FACTOR).await;
    assert!(page.text().contains("name=\"current_code\""), "{}", page.text());
    let other = hidden(&page, "secret");
    assert_ne!(other, secret);
    stage.wait(Duration::from_mins(1));
    let now = code(&other, stage.clock.now());
    let fields = [("secret", other.as_str()), ("code", &now), ("password", ADMIN_PASSWORD)];
    here.post(FACTOR, &fields).await.says(422, "error-code"); // without a code of the old one
    let current = code(&secret, stage.clock.now());
    let fields = [&fields[..], &[("current_code", current.as_str())]].concat();
    assert_eq!(recovery_codes(&here.post(FACTOR, &fields).await).len(), 10);
    assert!(!is_in(&mut there).await && is_in(&mut here).await);
}

#[tokio::test]
async fn a_required_second_factor_comes_before_everything_else() {
    let stage = Stage::with(|config| {
        config.admin.require_second_factor = FactorRequirementName::Owners;
        config.limits.per_administrator.0 = "off".parse().expect("a limit");
    })
    .await;
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await.saying("accept-language", "en");
    let form = browser.get(FACTOR).await;
    assert!(
        form.text().contains("Two-factor authentication is required.")
            && !form.text().contains("/admin/audit")
    );
    for route in admin_routes(&stage.admin) {
        let path = format!("/{}", route.path.replace("{id}", "1").replace("{**rest}", "edit/1"));
        if !matches!(route.access, Access::From(_)) {
            continue;
        }
        if route.method == "POST" {
            let refused = browser.post(&path, &[]).await;
            assert_eq!(refused.status, 403, "{path}");
            assert!(
                refused.text().contains("Two-factor authentication is required."),
                "{path}: {}",
                refused.text()
            );
        } else {
            let answer = browser.get(&path).await;
            assert_eq!((answer.status, answer.header("location")), (303, Some(FACTOR)), "{path}");
        }
    }
    for upload in ["/uploadStreamSingleToServer", "/uploadStreamSingleToServerDiy/x"] {
        let png = include_bytes!("../../ports/src/contract/avatars/transparent.png");
        browser.send_file(upload, &[], png).await.says(403, "factor-required");
    }
    // Those of whom it is not required go on as before.
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await;
    operator.get("/admin/users").await.says(200, "im-users");
    // Set up, all doors are open, and it stays on.
    let (_, recovery) = turn_on(&stage, &mut browser).await;
    browser.get("/admin/users").await.says(200, "im-users");
    let fields = [("password", ADMIN_PASSWORD), ("code", recovery[0].as_str())];
    let kept = browser.post("/admin/account/second-factor/off", &fields).await;
    assert_eq!(kept.status, 422);
    assert!(kept.text().contains("t be turned off"), "{}", kept.text());
    // Whoever lost the phone is helped, and has to set it up again.
    stage
        .admin
        .manage_administrators
        .reset(owner(), &named("owner"), password(ADMIN_PASSWORD))
        .await
        .expect("set");
    browser.forget();
    browser.post("/admin/login", &[("username", "owner"), ("password", ADMIN_PASSWORD)]).await;
    assert_eq!(browser.get("/admin/dashboard").await.header("location"), Some(FACTOR));
    browser.get(FACTOR).await;
    assert_eq!(browser.post("/admin/logout", &[]).await.header("location"), Some("/admin/login"));
}

#[tokio::test]
async fn own_sessions_are_seen_and_ended() {
    let stage = Stage::unlimited().await;
    let mut here = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let mut others = Vec::new();
    for _ in 0..3 {
        stage.wait(Duration::from_secs(1));
        let mut browser = Browser::new(&stage);
        browser.log_in("viewer").await;
        others.push(browser);
    }
    let mut other = Browser::of(&stage, AdministratorRole::Operator).await;
    let page = here.get("/admin/account").await;
    assert_eq!(page.text().matches("name=\"session\"").count(), 3, "{}", page.text());
    assert_eq!(page.text().matches("This session").count(), 1);
    let end = "/admin/account/sessions/end";
    // The newest one stands first.
    let newest = hidden(&page, "session");
    assert_eq!(other.post(end, &[("session", &newest)]).await.status, 404, "not another account's");
    assert_eq!(here.post(end, &[("session", &newest)]).await.header("location"), Some("/admin/account"));
    let mut live = Vec::new();
    for browser in &mut others {
        live.push(browser.get("/admin/users").await.status == 200);
    }
    assert_eq!(live, [true, true, false]);
    here.post(end, &[]).await;
    for browser in &mut others {
        browser.get("/admin/users").await.leads_to("/admin/login");
    }
    here.get("/admin/users").await.says(200, "im-users");
    other.get("/admin/users").await.says(200, "im-users");
    here.post(end, &[("session", "xx")]).await.says(404, "not-found");
}

#[tokio::test]
async fn a_lost_phone_is_reset_at_the_machine() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    let secret = hidden(&browser.get("/admin/account/second-factor").await, "secret");
    let now = code(&secret, stage.clock.now());
    let fields = [("secret", secret.as_str()), ("code", &now), ("password", ADMIN_PASSWORD)];
    browser.post("/admin/account/second-factor", &fields).await.says(200, "codes-kept");
    let name = named("viewer");
    let reset = stage.admin.manage_administrators.reset(owner(), &name, password(ADMIN_PASSWORD));
    reset.await.expect("a new password");
    browser.forget();
    browser.log_in("viewer").await;
}
