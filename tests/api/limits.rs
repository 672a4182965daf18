use std::time::Duration;

use usher::config::Config;
use usher_domain::Limit;

use crate::support::Stage;

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
async fn coming_back_has_a_budget_of_its_own() {
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
async fn an_address_has_a_budget_whatever_the_device() {
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

#[tokio::test]
async fn an_account_has_a_budget_of_guesses_from_everywhere() {
    let stage = Stage::with(|config| config.limits.per_username.0 = limit("3/1h")).await;
    stage.phone().register("alice_01", "hunter22").await.data();
    stage.phone().log_in("alice_01", "guess_1").await.refused("账户或密码错误");
    stage.phone().log_in("ALICE_01", "guess_2").await.refused("账户或密码错误");
    stage.phone().log_in_here("alice_01", "guess_3").await.refused("账户或密码错误");
    stage.phone().log_in("alice_01", "hunter22").await.refused(SPENT);
    stage.phone().log_in("bobby_01", "hunter22").await.refused("账号不存在或者被禁用");
    stage.wait(Duration::from_mins(20));
    stage.phone().log_in("alice_01", "hunter22").await.data();
}
