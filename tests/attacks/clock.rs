//! Clocks that jump: forty days ahead, and back.

use std::time::Duration;

use usher_domain::{AdministratorRole, Status, Timestamp, UserId};
use usher_ports::inbound::StatusCommand;
use usher_ports::outbound::Clock as _;

use crate::support::{Browser, Stage, operator};

const JUMP: Duration = Duration::from_hours(40 * 24);

#[tokio::test]
async fn a_clock_jump_authenticates_no_disabled_user() {
    let stage = Stage::unlimited().await;
    let (mut alice, mut bob) = (stage.phone(), stage.phone());
    let id = alice.register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    bob.register("bob_0001", "hunter22").await.data();
    let disable = StatusCommand::now(Status::Disabled);
    stage.admin.toggle_status.set(operator(), UserId(id), disable).await.expect("a change");
    let now = stage.clock.now();
    for at in [now.plus(JUMP), now.minus(JUMP), Timestamp::from_millis(0), Timestamp::from_millis(-1), now] {
        stage.clock.set(at);
        assert_ne!(alice.standing().await, "user", "{at:?}");
        stage.phone().log_in("alice_01", "hunter22").await.refused("账号不存在或者被禁用");
        stage.keeping.enable_due().await.expect("an answer");
    }
    assert_eq!(bob.standing().await, "user", "who is not, is as before");
}

#[tokio::test]
async fn sessions_of_a_clock_that_was_ahead_end_in_time() {
    let stage = Stage::new().await;
    let now = stage.clock.now();
    stage.clock.set(now.plus(JUMP));
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    let mut browser = Browser::of(&stage, AdministratorRole::Viewer).await;
    // Back: they are good, and no longer than if they had been opened then.
    stage.clock.set(now);
    assert_eq!(phone.standing().await, "user");
    assert_eq!(browser.get("/admin/users").await.status, 200);
    stage.clock.set(now.plus(JUMP).plus(Duration::from_hours(181 * 24)));
    assert_eq!(phone.standing().await, "Token已过期！请重新获取令牌");
    assert_eq!(browser.get("/admin/users").await.header("location"), Some("/admin/login"));
}

#[tokio::test]
async fn limits_of_a_clock_that_was_ahead_do_not_lock_for_long() {
    let stage = Stage::new().await;
    let now = stage.clock.now();
    stage.clock.set(now.plus(JUMP));
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    let mut answers = Vec::new();
    for _ in 0..60 {
        answers.push(phone.log_in("alice_01", "wrong horse").await.body["data"].clone());
    }
    assert_eq!(answers.last(), Some(&"请求过于频繁，请1个小时后再试".into()), "{answers:?}");
    let mut visitor = stage.phone();
    visitor.visit().await.data();
    stage.clock.set(now);
    phone.log_in("alice_01", "hunter22").await.data();
    visitor.visit().await.data();
}

#[tokio::test]
async fn a_signature_of_a_clock_that_was_ahead_is_not_good_twice() {
    let stage = Stage::unlimited().await;
    let now = stage.clock.now();
    let phone = stage.phone();
    stage.clock.set(now.plus(JUMP));
    let (fields, signature) = phone.sign();
    let send = async || {
        let body = crate::support::Body::Form(fields.clone());
        phone.send("visitorRegister", body, Some(&signature)).await
    };
    send().await.data();
    stage.clock.set(now);
    send().await.refused("请求已过期");
    stage.clock.set(now.plus(JUMP));
    send().await.refused("请求已过期");
}
