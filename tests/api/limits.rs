use std::sync::Arc;
use std::time::Duration;

use usher::config::Config;
use usher_domain::Limit;

use crate::support::{Body, Phone, Stage};

const SPENT: &str = "请求过于频繁，请1个小时后再试";

fn limit(text: &str) -> Limit {
    text.parse().expect("a limit")
}

#[tokio::test]
async fn a_device_has_five_creations_upgrades_and_logins_an_hour() {
    let stage = Stage::new().await;
    stage.phone().register("alice_01", "hunter22").await.data();
    let mut phone = stage.phone();
    phone.visit().await.data();
    for _ in 0..4 {
        phone.log_in_here("alice_01", "hunter22").await.data();
    }
    let headers = phone.log_in_here("alice_01", "hunter22").await.refused(SPENT);
    assert_eq!(headers["retry-after"], "720");
    phone.upgrade("bobby_01", "hunter22").await.refused(SPENT);
    stage.phone().log_in_here("alice_01", "hunter22").await.data();
}

#[tokio::test]
async fn a_refused_call_extends_nothing() {
    let stage = Stage::with(|config| config.limits.per_device.0 = limit("1/1h")).await;
    stage.phone().register("alice_01", "hunter22").await.data();
    let mut phone = stage.phone();
    phone.log_in_here("alice_01", "hunter22").await.data();
    for _ in 0..59 {
        stage.wait(Duration::from_mins(1));
        phone.log_in_here("alice_01", "hunter22").await.refused(SPENT);
    }
    stage.wait(Duration::from_mins(1));
    phone.log_in_here("alice_01", "hunter22").await.data();
}

#[tokio::test]
async fn coming_back_has_a_quota_of_its_own() {
    let change = |config: &mut Config| config.limits.per_device_resume.0 = limit("7/1h");
    let stage = Stage::with(change).await;
    let mut phone = stage.phone();
    for _ in 0..8 {
        phone.visit().await.data();
    }
    phone.visit().await.refused(SPENT);
    phone.upgrade("alice_01", "hunter22").await.data();
}

#[tokio::test]
async fn an_address_has_a_quota_whatever_the_device() {
    let change = |config: &mut Config| {
        config.limits.per_address.0 = limit("3/1h");
        config.http.trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
    };
    let stage = Stage::with(change).await;
    let from = |address: &str| {
        let mut phone = stage.phone();
        phone.forwarded_for = Some(address.to_owned());
        phone
    };
    from("2001:db8:1:2::1").visit().await.data();
    from("2001:db8:1:2::2").register("alice_01", "hunter22").await.data();
    from("2001:db8:1:2:ffff::3").log_in("alice_01", "hunter22").await.data();
    from("2001:db8:1:2::4").visit().await.refused(SPENT);
    from("2001:db8:1:2::5").upgrade("bobby_01", "hunter22").await.refused(SPENT);
    from("2001:db8:1:3::1").visit().await.data();
}

#[tokio::test]
async fn a_stranger_cannot_choose_an_address() {
    let stage = Stage::with(|config| config.limits.per_address.0 = limit("1/1h")).await;
    for (address, accepted) in [("198.51.100.1", true), ("198.51.100.2", false)] {
        let mut phone = stage.phone();
        phone.forwarded_for = Some(address.to_owned());
        let answer = phone.visit().await;
        if accepted { drop(answer.data()) } else { drop(answer.refused(SPENT)) }
    }
}

/// A proxy that is believed, so that phones can be anywhere.
fn behind_a_proxy(config: &mut Config) {
    config.http.trusted_proxies = vec!["0.0.0.0/32".parse().expect("a network")];
}

fn from(stage: &Arc<Stage>, address: &str) -> Phone {
    let mut phone = stage.phone();
    phone.forwarded_for = Some(address.to_owned());
    phone
}

#[tokio::test]
async fn a_network_and_a_site_have_quotas_beside_those_of_their_addresses() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_address.0 = limit("2/1h");
        config.limits.per_network.0 = limit("4/1h");
        config.limits.per_site.0 = limit("5/1h");
    })
    .await;
    let visit = async |address: &str| from(&stage, address).visit().await.body["msg"] == "ok";
    // The first /64 is refused eight times, which costs its /56 and /48 nothing.
    for _ in 0..10 {
        visit("2001:db8:1:1::1").await;
    }
    for (address, granted) in [
        ("2001:db8:1:2::1", true),
        ("2001:db8:1:3::1", true),
        ("2001:db8:1:4::1", false),
        ("2001:db8:1:100::1", true),
        ("2001:db8:1:200::1", false),
        ("2001:db8:2:200::1", true),
        ("192.0.2.1", true),
        ("192.0.2.1", true),
        ("192.0.2.1", false),
        ("192.0.2.2", true),
        ("192.0.2.3", true),
        ("192.0.2.4", false),
        ("192.0.3.4", true),
    ] {
        assert_eq!(visit(address).await, granted, "{address}");
    }
}

#[tokio::test]
async fn attempts_by_others_do_not_stop_returning_devices_on_the_same_address() {
    let stage = Stage::with(|config| config.limits.per_address.0 = limit("5/1h")).await;
    let mut phone = stage.phone();
    let token = phone.visit().await.data()["uuid"].clone();
    for number in 0..30 {
        stage.phone().visit().await;
        stage.phone().register(&format!("alice_{number:02}"), "hunter22").await;
        stage.phone().upgrade(&format!("alice_{number:02}"), "hunter22").await;
        stage.phone().log_in("alice_01", "guess_1").await;
    }
    stage.phone().visit().await.refused(SPENT);
    assert_eq!(phone.visit().await.data()["uuid"], token);
}

#[tokio::test]
async fn returning_devices_do_not_stop_others() {
    let stage = Stage::with(|config| {
        config.limits.per_address.0 = limit("2/1h");
        config.limits.per_device_resume.0 = limit("off");
        config.limits.per_address_resume.0 = limit("20/1h");
    })
    .await;
    let mut phone = stage.phone();
    for _ in 0..10 {
        phone.visit().await.data();
    }
    stage.phone().visit().await.data();
    stage.phone().visit().await.refused(SPENT);
    for _ in 0..8 {
        phone.visit().await.data();
    }
    phone.visit().await.refused(SPENT);
}

/// A repeated call costs neither the device nor any other client.
#[tokio::test]
async fn a_replayed_call_takes_nothing_from_the_device() {
    let stage = Stage::with(|config| config.limits.per_device_resume.0 = limit("2/1h")).await;
    let mut phone = stage.phone();
    phone.visit().await.data();
    let (fields, signature) = phone.sign();
    let play = async || phone.send("visitorRegister", Body::Form(fields.clone()), Some(&signature)).await;
    play().await.data();
    for _ in 0..10 {
        play().await.refused("请求已过期");
    }
    phone.visit().await.data();
    phone.visit().await.refused(SPENT);
}

#[tokio::test]
async fn the_installation_has_a_quota_of_new_visitors_and_accounts() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_installation.0 = limit("3/1h");
    })
    .await;
    let mut phone = from(&stage, "192.0.2.1");
    phone.visit().await.data();
    from(&stage, "198.51.100.1").register("alice_01", "hunter22").await.data();
    phone.upgrade("bobby_01", "hunter22").await.data();
    from(&stage, "203.0.113.1").visit().await.refused(SPENT);
    from(&stage, "203.0.113.1").register("carol_01", "hunter22").await.refused(SPENT);
    // Who is here already needs none of it.
    phone.visit().await.data();
    from(&stage, "203.0.113.1").log_in("bobby_01", "hunter22").await.data();
}

#[tokio::test]
async fn an_account_has_a_quota_of_guesses_from_everywhere() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_username.0 = limit("3/1h");
    })
    .await;
    from(&stage, "203.0.113.1").register("alice_01", "hunter22").await.data();
    from(&stage, "192.0.2.1").log_in("alice_01", "guess_1").await.refused("账户或密码错误");
    from(&stage, "198.51.100.1").log_in("ALICE_01", "guess_2").await.refused("账户或密码错误");
    from(&stage, "2001:db8::1").log_in_here("alice_01", "guess_3").await.refused("账户或密码错误");
    from(&stage, "192.0.2.1").log_in("alice_01", "hunter22").await.refused(SPENT);
    from(&stage, "2001:db8:9::1").log_in("alice_01", "hunter22").await.refused(SPENT);
    from(&stage, "192.0.2.1").log_in("bobby_01", "hunter22").await.refused("账号不存在或者被禁用");
    stage.wait(Duration::from_mins(20));
    from(&stage, "192.0.2.1").log_in("alice_01", "hunter22").await.data();
}

#[tokio::test]
async fn guesses_from_one_network_lock_out_no_other_network() {
    let stage = Stage::with(behind_a_proxy).await;
    from(&stage, "203.0.113.1").register("alice_01", "hunter22").await.data();
    for number in 0..30 {
        from(&stage, &format!("2001:db8:1:{number}::1")).log_in("alice_01", "guess_1").await;
    }
    from(&stage, "2001:db8:1:99::1").log_in("alice_01", "hunter22").await.refused(SPENT);
    from(&stage, "2001:db8:2::1").log_in("alice_01", "hunter22").await.data();
}

/// However many networks guess, the owner gets in where they were last, and on their device anywhere.
#[tokio::test]
async fn guesses_from_everywhere_lock_no_owner_out_where_they_are_known() {
    let stage = Stage::with(|config| {
        behind_a_proxy(config);
        config.limits.per_username.0 = limit("10/1h");
    })
    .await;
    let mut alice = from(&stage, "203.0.113.1");
    alice.visit().await.data();
    alice.upgrade("alice_01", "hunter22").await.data();
    alice.log_in("alice_01", "hunter22").await.data();
    for number in 0..20 {
        from(&stage, &format!("198.51.{number}.1")).log_in("alice_01", "guess_1").await;
    }
    from(&stage, "192.0.2.1").log_in("alice_01", "hunter22").await.refused(SPENT);
    // Another address of the same network, as a mobile provider gives one for each connection.
    from(&stage, "203.0.113.77").log_in("alice_01", "hunter22").await.data();
    alice.forwarded_for = Some("192.0.2.1".to_owned());
    alice.log_in_here("alice_01", "hunter22").await.data();
    // What the owner has there is a quota, too.
    for _ in 0..20 {
        from(&stage, "192.0.2.200").log_in("alice_01", "guess_1").await;
    }
    from(&stage, "192.0.2.1").log_in("alice_01", "hunter22").await.refused(SPENT);
    // And the device has one beside it.
    alice.log_in_here("alice_01", "hunter22").await.data();
}

#[tokio::test]
async fn a_user_has_a_quota_of_searches() {
    let stage = Stage::with(|config| config.limits.per_user_search.0 = limit("3/1m")).await;
    let (mut alice, mut bob) = (stage.phone(), stage.phone());
    alice.register("alice_01", "hunter22").await.data();
    bob.register("bobby_01", "hunter22").await.data();
    for _ in 0..3 {
        alice.search("bob").await.data();
    }
    let headers = alice.search("bob").await.refused(SPENT);
    assert_eq!(headers["retry-after"], "20");
    bob.search("alice").await.data();
    stage.wait(Duration::from_secs(20));
    alice.search("bob").await.data();
}
