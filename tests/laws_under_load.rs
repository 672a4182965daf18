//! What must hold when many come at once, through the whole service.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use usher_domain::{Status, UserFilter, UserId, UserOrder};
use usher_ports::inbound::StatusCommand;

use crate::support::{Answer, Body, Phone, Stage, operator, viewer};

/// Runs all of them at once, on all threads.
async fn at_once<F: Future<Output = Answer> + Send + 'static>(
    calls: impl IntoIterator<Item = F>,
) -> Vec<Answer> {
    let tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("no panic"));
    }
    answers
}

async fn everybody(stage: &Stage) -> usize {
    stage
        .admin
        .list_users
        .list(viewer(), &UserFilter::default(), &UserOrder::Newest.start(), 1_000)
        .await
        .expect("a store")
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_first_launches_of_one_device_are_one_visitor() {
    let stage = Stage::unlimited().await;
    let phone = Arc::new(stage.phone());
    let launches = (0..200).map(|_| {
        let (phone, (fields, signature)) = (Arc::clone(&phone), phone.sign());
        async move { phone.send("visitorRegister", Body::Form(fields), Some(&signature)).await }
    });
    let ids: HashSet<_> =
        at_once(launches).await.into_iter().map(|answer| answer.data()["id"].to_string()).collect();
    assert_eq!((ids.len(), everybody(&stage).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_upgrades_to_one_name_one_succeeds() {
    let stage = Stage::unlimited().await;
    let mut phones: Vec<Phone> = (0..50).map(|_| stage.phone()).collect();
    for phone in &mut phones {
        phone.visit().await.data();
    }
    let upgrades = phones.into_iter().enumerate().map(|(number, mut phone)| async move {
        let name = if number % 2 == 0 { "alice_01" } else { "ALICE_01" };
        phone.upgrade(name, "hunter22").await
    });
    one_wins(at_once(upgrades).await, 49);
    assert_eq!(everybody(&stage).await, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_upgrades_of_one_device_to_one_name_one_succeeds() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let visitor = phone.visit().await.data();
    let upgrades = (0..50).map(|_| {
        let mut phone = phone.reinstalled();
        async move { phone.upgrade("alice_01", "hunter22").await }
    });
    let winner = one_wins(at_once(upgrades).await, 49);
    assert_eq!((&winner["id"], everybody(&stage).await), (&visitor["id"], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_registrations_of_one_name_one_succeeds() {
    let stage = Stage::unlimited().await;
    let registrations = (0..50).map(|_| {
        let mut phone = stage.phone();
        async move { phone.register("alice_01", "hunter22").await }
    });
    one_wins(at_once(registrations).await, 49);
    assert_eq!(everybody(&stage).await, 1);
}

#[track_caller]
fn one_wins(answers: Vec<Answer>, losers: usize) -> Value {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, losers));
    for answer in lost {
        answer.refused("该账号已存在，请换一个账号注册");
    }
    won.into_iter().next().expect("the winner").data()
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_while_logins_are_under_way_leaves_no_session() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let user = phone.upgrade("alice_01", "hunter22").await.data();
    let id = UserId(user["id"].as_i64().expect("an id"));
    for _ in 0..20 {
        let set = async |status| {
            stage.admin.toggle_status.set(operator(), id, StatusCommand::now(status)).await.expect("a status")
        };
        set(Status::Enabled).await;
        let logins = (0..8).map(|number| {
            let mut phone = phone.reinstalled();
            async move {
                match number % 3 {
                    0 => phone.visit().await,
                    1 => phone.log_in_here("alice_01", "hunter22").await,
                    _ => phone.log_in("alice_01", "hunter22").await,
                }
            }
        });
        let (answers, _) = tokio::join!(at_once(logins), set(Status::Disabled));
        for answer in answers {
            let token = answer.body["data"]["token"].as_str();
            if let Some(token) = token {
                assert_eq!(phone.holding(Some(token)).standing().await, "当前用户不存在或者已被禁用");
            }
        }
        assert_eq!(stage.adapters.sessions.list(id).await.expect("a store"), []);
    }
}
