use std::net::{IpAddr, Ipv4Addr};

use serde_json::json;
use usher_domain::{ClientAddress, NewUser, Nickname, Origin, PasswordHash, Status, UserId, Username};
use usher_ports::inbound::StatusCommand;
use usher_ports::outbound::{AddUser, Clock as _};

use crate::support::{Stage, operator};

#[tokio::test]
async fn registering_and_logging_in_answer_the_user() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let registered = phone.register("alice_01", "hunter22").await.data();
    assert_eq!((&registered["role"], &registered["devicefingeruuid"]), (&json!("user"), &json!("")));
    let user = phone.log_in("alice_01", "hunter22").await.data();
    assert_eq!(user["id"], registered["id"]);
    assert_ne!(user["token"], registered["token"]);
    let names: Vec<&str> = user.as_object().expect("a user").keys().map(String::as_str).collect();
    assert_eq!(names, super::visitor::FIELDS);
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let user = phone.register("alice_01", "hunter22").await.data();
    phone.reinstalled().log_in("alice_01", "hunter23").await.refused("账户或密码错误");
    phone.reinstalled().log_in("nobody_01", "hunter22").await.refused("账号不存在或者被禁用");
    phone.reinstalled().log_in_here("alice_01", "hunter23").await.refused("账户或密码错误");
    phone.reinstalled().log_in_here("nobody_01", "hunter22").await.refused("账号不存在或者被禁用");
    let id = UserId(user["id"].as_i64().expect("an id"));
    stage
        .admin
        .toggle_status
        .set(operator(), id, StatusCommand::now(Status::Disabled))
        .await
        .expect("disabled");
    phone.reinstalled().log_in("alice_01", "hunter22").await.refused("账号不存在或者被禁用");
    phone.reinstalled().log_in_here("alice_01", "hunter22").await.refused("账号不存在或者被禁用");
}

#[tokio::test]
async fn a_visitor_has_no_password_to_guess() {
    let stage = Stage::unlimited().await;
    let visitor = stage.phone().visit().await.data();
    let name = visitor["username"].as_str().expect("a name");
    for guess in ["000000", "123456", "999999", name] {
        stage.phone().log_in(name, guess).await.refused("账户或密码错误");
        stage.phone().log_in_here(name, guess).await.refused("账户或密码错误");
    }
}

#[tokio::test]
async fn a_hash_of_the_old_backend_is_verified_and_replaced() {
    let stage = Stage::new().await;
    // SHA-256 of 123456, as the old backend stored it.
    let old = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92";
    let new = NewUser {
        uuid: stage.adapters.ids.uuid(),
        username: Username::from_store("老用户 01".to_owned()),
        password: PasswordHash::new(old.to_owned()),
        nickname: Nickname::default(),
        device: None,
        avatar: String::new(),
        origin: Origin::Owner {
            from: ClientAddress::new(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            at: stage.clock.now(),
        },
    };
    let AddUser::Added(user) = stage.adapters.users.add_user(&new).await.expect("a store") else {
        panic!("not added")
    };
    let hash = async || stage.adapters.users.password_hash(user.id).await.expect("a store").expect("a hash");
    stage.phone().log_in("老用户 01", "123457").await.refused("账户或密码错误");
    assert_eq!(hash().await.expose(), old);
    stage.phone().log_in("老用户 01", "123456").await.data();
    assert!(hash().await.expose().starts_with("$argon2id$v=19$"));
    stage.phone().log_in("老用户 01", "123456").await.data();
    stage.phone().log_in("老用户 01", old).await.is(422, "密码的长度必须在 6 和 20 之间");
}

#[tokio::test]
async fn a_visitor_who_logs_in_is_kept_as_an_alias() {
    let stage = Stage::new().await;
    let alice = stage.phone().register("alice_01", "hunter22").await.data();
    let mut phone = stage.phone();
    let visitor = phone.visit().await.data();
    let as_visitor = phone.holding(phone.token.as_deref());

    let user = phone.log_in_here("alice_01", "hunter22").await.data();
    assert_eq!((&user["id"], &user["role"]), (&alice["id"], &json!("user")));
    assert_eq!(phone.standing().await, "user");
    assert_eq!(as_visitor.standing().await, "Token 令牌不合法！");
    let id = |user: &serde_json::Value| UserId(user["id"].as_i64().expect("an id"));
    assert_eq!(stage.adapters.users.aliases(id(&visitor)).await.expect("a store"), [id(&alice)]);

    phone.log_out().await.data();
    assert_eq!(phone.visit().await.data()["id"], visitor["id"]);
}

#[tokio::test]
async fn logging_in_from_an_unknown_device_is_a_login() {
    let stage = Stage::new().await;
    let alice = stage.phone().register("alice_01", "hunter22").await.data();
    let mut phone = stage.phone();
    assert_eq!(phone.log_in_here("alice_01", "hunter22").await.data()["id"], alice["id"]);
    phone.log_out().await.data();
    assert_eq!(phone.visit().await.data()["role"], json!("visitor"));
    assert_ne!(phone.visit().await.data()["id"], alice["id"]);
}
