//! Bans of devices, addresses and networks: whom they shut out, and how administrators make and lift them.

use std::sync::Arc;
use std::time::Duration;

use usher::compose;
use usher_domain::{AdministratorRole, BanTarget};
use usher_ports::inbound::FollowAccessBans as _;
use usher_ports::outbound::{AccessBanned, NewAccessBan};

use crate::support::{Browser, Phone, Stage};

/// What the old routes say to the owner of a disabled account.
const DISABLED: &str = "账号不存在或者被禁用";

/// Behind a proxy that is believed.
async fn stage() -> Arc<Stage> {
    Stage::with(|config| {
        crate::support::without_limits(config);
        config.http.trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
    })
    .await
}

async fn operator(stage: &Arc<Stage>) -> Browser {
    Browser::of(stage, AdministratorRole::Operator).await.saying("accept-language", "en")
}

fn phone_at(stage: &Arc<Stage>, address: &str) -> Phone {
    let mut phone = stage.phone();
    phone.forwarded_for = Some(address.to_owned());
    phone
}

/// What each route that makes an account or opens a session answers this phone.
async fn answers(phone: &mut Phone, name: &str) -> [bool; 5] {
    let barred = |answer: crate::support::Answer| answer.body["data"] == DISABLED;
    [
        barred(phone.visit().await),
        barred(phone.upgrade(name, "hunter22").await),
        barred(phone.log_in_here("alice_01", "hunter22").await),
        barred(phone.register(&format!("{name}x"), "hunter22").await),
        barred(phone.log_in("alice_01", "hunter22").await),
    ]
}

#[tokio::test]
async fn a_banned_network_gets_no_account_and_no_session_until_the_ban_is_lifted() {
    let stage = stage().await;
    phone_at(&stage, "203.0.113.9").register("alice_01", "hunter22").await.data();
    let mut inside = phone_at(&stage, "198.51.100.77");
    inside.visit().await.data();
    let mut browser = operator(&stage).await;
    let form = [("target", "198.51.100.1/24"), ("reason", "spam"), ("term", "24h")];
    browser.post("/admin/bans", &form).await.leads_to("/admin/bans");
    let list = browser.get("/admin/bans").await.unescaped();
    for part in ["198.51.100.0/24", "Network", "spam", "2025-07-19"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    assert_eq!(inside.standing().await, "visitor", "what was opened before goes on");
    assert_eq!(answers(&mut inside, "bob_01").await, [true; 5], "and nothing else does");
    assert_eq!(answers(&mut phone_at(&stage, "198.51.100.5"), "bob_02").await, [true; 5]);
    assert_eq!(answers(&mut phone_at(&stage, "198.51.101.5"), "bob_03").await, [false; 5]);
    let lifted = browser.post("/admin/bans/1/lift", &[]).await.unescaped();
    assert!(lifted.contains("The ban of 198.51.100.0/24 was lifted."), "{lifted}");
    assert!(lifted.contains("id=\"undo\""), "it can be made again");
    assert_eq!(answers(&mut inside, "bob_04").await, [false; 5]);
    browser.post("/admin/bans/1/lift", &[]).await.says(404, "not-found");
    let audit = browser.get("/admin/audit").await.unescaped();
    assert!(audit.contains("Device or address banned") && audit.contains("Device or address ban lifted"));
}

#[tokio::test]
async fn a_ban_ends_by_itself() {
    let stage = stage().await;
    let mut browser = operator(&stage).await;
    browser.post("/admin/bans", &[("target", "2001:db8::/48"), ("term", "1h")]).await.leads_to("/admin/bans");
    let mut inside = phone_at(&stage, "2001:db8:0:7::1");
    assert_eq!(inside.visit().await.body["data"], DISABLED);
    stage.wait(Duration::from_hours(1));
    inside.visit().await.data();
    let mut later = Browser::of(&stage, AdministratorRole::Owner).await;
    later.post("/admin/bans", &[("target", "2001:db8::/48")]).await.leads_to("/admin/bans");
}

#[tokio::test]
async fn a_banned_device_is_out_at_once_wherever_it_is() {
    let stage = stage().await;
    let mut phone = stage.phone();
    let id = phone.visit().await.data()["id"].as_i64().expect("an id");
    phone.upgrade("alice_01", "hunter22").await.data();
    let mut elsewhere = stage.phone();
    elsewhere.log_in("alice_01", "hunter22").await.data();
    let mut browser = operator(&stage).await;
    let page = browser.get(&format!("/admin/users/{id}")).await.unescaped();
    let device = format!("href=\"/admin/bans?target={}.", &phone.device[..8]);
    let link = page.split(&device).nth(1).and_then(|rest| rest.split('#').next()).expect("a link");
    let link = format!("{}.{}", &phone.device[..8], link.replace("&amp;", "&"));
    let form = browser.get(&format!("/admin/bans?target={link}")).await.unescaped();
    let tag =
        form.split("name=\"target\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a tag");
    assert!(tag.starts_with(&phone.device[..8]) && !form.contains(&phone.device), "{tag}");
    let user = id.to_string();
    browser.post("/admin/bans", &[("target", tag), ("user", &user)]).await.leads_to("/admin/bans");
    assert_ne!(phone.standing().await, "user", "its session has ended");
    assert_eq!(elsewhere.standing().await, "user", "those of other devices have not");
    for answer in [
        phone.visit().await,
        phone.upgrade("bob_01", "hunter22").await,
        phone.log_in_here("alice_01", "hunter22").await,
    ] {
        assert_eq!(answer.body["data"], DISABLED);
    }
    // By its whole id it is the same device.
    browser.post("/admin/bans", &[("target", &phone.device)]).await.says(409, "ban-already");
}

#[tokio::test]
async fn a_device_that_is_banned_by_its_whole_id_loses_its_sessions() {
    let stage = stage().await;
    let mut phone = stage.phone();
    phone.visit().await.data();
    let mut browser = operator(&stage).await;
    let until = [("target", phone.device.as_str()), ("until", "2025-07-19T08:00"), ("zone", "Asia/Shanghai")];
    browser.post("/admin/bans", &until).await.leads_to("/admin/bans");
    assert_ne!(phone.standing().await, "visitor");
    let list = browser.get("/admin/bans").await.unescaped();
    assert!(list.contains("2025-07-19T00:00:00Z") && !list.contains(&phone.device), "{list}");
    stage.wait(Duration::from_hours(14));
    phone.visit().await.data();
}

#[tokio::test]
async fn what_cannot_be_banned_is_refused_with_what_was_typed() {
    let stage = stage().await;
    let mut browser = operator(&stage).await;
    for (target, message) in [
        ("", "ban-unknown"),
        ("localhost", "ban-unknown"),
        ("<script>", "ban-unknown"),
        ("0.0.0.0/0", "ban-too-wide"),
        ("::/8", "ban-too-wide"),
        ("0.0.0.0", "ban-own"),
    ] {
        let answer = browser.post("/admin/bans", &[("target", target), ("reason", "kept")]).await;
        answer.says(422, message);
        assert!(answer.text().contains("value=\"kept\"") && !answer.text().contains("<script>\""));
    }
    browser.post("/admin/bans", &[("target", "192.0.2.1"), ("term", "1y")]).await.says(422, "bad-request");
    let past = [("target", "192.0.2.1"), ("until", "2020-01-01T00:00")];
    browser.post("/admin/bans", &past).await.says(422, "until-passed");
    let knowing = [("target", "0.0.0.0"), ("own", "1")];
    browser.post("/admin/bans", &knowing).await.leads_to("/admin/bans");
    browser.get("/admin/bans").await.says(200, "access-bans-lead");
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    viewer.get("/admin/bans").await.says(200, "access-bans-lead");
    viewer.post("/admin/bans", &[("target", "192.0.2.1")]).await.says(403, "forbidden");
}

#[tokio::test]
async fn a_node_follows_the_bans_of_others() {
    let stage = stage().await;
    let context = usher_domain::AuditContext::due(usher_domain::Timestamp::from_millis(0));
    let new = NewAccessBan { target: BanTarget::parse("192.0.2.0/24").expect("a target"), until: None };
    let ban = stage.adapters.access_bans.ban(&new, &context).await.expect("an answer");
    let AccessBanned::Done(ban) = ban else { unreachable!("it is the first") };
    let mut inside = phone_at(&stage, "192.0.2.7");
    let gate = compose::access_gate(&stage.adapters);
    gate.follow().await.expect("an answer");
    assert_eq!(inside.visit().await.body["data"], DISABLED);
    stage.adapters.access_bans.lift(ban.id, &context).await.expect("an answer");
    gate.follow().await.expect("an answer");
    inside.visit().await.data();
}
