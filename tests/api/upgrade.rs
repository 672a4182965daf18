use serde_json::json;
use usher_domain::{Role, Status, UserId};
use usher_ports::inbound::StatusCommand;

use crate::support::{Stage, operator};

#[tokio::test]
async fn an_upgraded_visitor_keeps_id_and_uuid() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let visitor = phone.visit().await.data();
    let as_visitor = phone.token.clone();
    let user = phone.upgrade("alice_01", "hunter22").await.data();
    for same in ["id", "uuid", "devicefingeruuid", "register_time", "create_time"] {
        assert_eq!(visitor[same], user[same], "{same}");
    }
    assert_eq!((&user["username"], &user["role"]), (&json!("alice_01"), &json!("user")));
    assert_eq!(phone.standing().await, "user");

    let before = phone.holding(as_visitor.as_deref());
    assert_eq!(before.standing().await, "Token 令牌不合法！");
    stage.phone().log_in("ALICE_01", "hunter22").await.data();
}

#[tokio::test]
async fn a_name_that_is_taken_or_reserved_is_refused_and_changes_nothing() {
    let stage = Stage::unlimited().await;
    stage.phone().register("Alice_01", "hunter22").await.data();
    let mut phone = stage.phone();
    let visitor = phone.visit().await.data();
    for name in ["Alice_01", "alice_01", "VIS12345678", "vis_alice", "admin", "Adm1n", "SUPPORT"] {
        phone.reinstalled().upgrade(name, "123456").await.refused("该账号已存在，请换一个账号注册");
        phone.reinstalled().register(name, "123456").await.refused("该账号已存在，请换一个账号注册");
    }
    assert_eq!(phone.standing().await, "visitor");
    assert_eq!(phone.visit().await.data()["username"], visitor["username"]);
}

#[tokio::test]
async fn a_device_without_a_visitor_registers_and_is_linked() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let user = phone.upgrade("alice_01", "hunter22").await.data();
    assert_eq!((&user["role"], &user["devicefingeruuid"]), (&json!("user"), &json!(phone.device)));
    phone.log_out().await.data();
    assert_eq!(phone.visit().await.data()["id"], user["id"]);
}

#[tokio::test]
async fn an_upgrade_on_a_registered_device_changes_no_user() {
    let stage = Stage::new().await;
    let mut owner = stage.phone();
    let first = owner.upgrade("alice_01", "hunter22").await.data();
    let mut other = owner.reinstalled();
    let second = other.upgrade("mallory", "mallory1").await.data();

    assert_ne!(first["id"], second["id"]);
    assert_eq!((&second["username"], &second["role"]), (&json!("mallory"), &json!("user")));
    assert_eq!(owner.standing().await, "user");
    assert_eq!(stage.phone().log_in("alice_01", "hunter22").await.data()["id"], first["id"]);
    assert_eq!(owner.reinstalled().visit().await.data()["id"], first["id"]);
}

#[tokio::test]
async fn a_device_whose_account_is_disabled_gets_no_other() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let user = phone.upgrade("alice_01", "hunter22").await.data();
    let id = UserId(user["id"].as_i64().expect("an id"));
    stage
        .admin
        .toggle_status
        .set(operator(), id, StatusCommand::now(Status::Disabled))
        .await
        .expect("disabled");
    phone.reinstalled().upgrade("another1", "hunter22").await.refused("账号不存在或者被禁用");
    assert_eq!(stage.adapters.users.find(id).await.expect("a store").expect("a user").role, Role::User);
}
