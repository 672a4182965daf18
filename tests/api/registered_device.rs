//! A device id alone, on an account that was registered since: the same id as ever, and a visitor's rights.

use serde_json::{Value, json};
use usher_domain::Role;

use crate::support::Stage;

#[tokio::test]
async fn it_comes_back_as_a_visitor_and_stays_one() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.visit().await.data();
    let owner = phone.upgrade("alice_01", "hunter22").await.data();
    phone.log_out().await.data();
    let visitor = phone.visit().await.data();
    for same in ["id", "uuid", "username"] {
        assert_eq!(visitor[same], owner[same], "{same}");
    }
    assert_eq!(visitor["role"], json!("visitor"));
    assert_eq!(phone.standing().await, "visitor");
}

#[tokio::test]
async fn it_is_shown_nothing_private() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let owner = phone.upgrade("alice_01", "hunter22").await.data();
    assert_ne!(owner["register_ip"], Value::Null);
    let visitor = phone.reinstalled().visit().await.data();
    for private in [
        "mobile",
        "email",
        "last_login",
        "last_login_ip",
        "register_time",
        "register_ip",
        "wechat_openid",
        "qq_openid",
        "weibo_uid",
    ] {
        assert_eq!(visitor[private], Value::Null, "{private}");
    }
    assert_eq!(visitor["userset"], json!(""));
}

#[tokio::test]
async fn it_neither_ends_the_owners_session_nor_outlives_it() {
    let stage = Stage::with(|config| config.sessions.per_user = std::num::NonZeroU32::MIN).await;
    let mut phone = stage.phone();
    phone.upgrade("alice_01", "hunter22").await.data();
    let mut stranger = phone.reinstalled();
    stranger.visit().await.data();
    stranger.visit().await.data();
    assert_eq!(phone.standing().await, "user");
    assert_eq!(stranger.standing().await, "visitor");
    phone.log_out().await.data();
    assert_eq!(stranger.standing().await, "Token 令牌不合法！");
}

#[tokio::test]
async fn it_cannot_touch_the_owners_record() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let owner = phone.upgrade("alice_01", "hunter22").await.data();
    let id = usher_domain::UserId(owner["id"].as_i64().expect("an id"));
    let before = stage.adapters.users.find(id).await.expect("a store").expect("a user");
    phone.reinstalled().visit().await.data();
    let after = stage.adapters.users.find(id).await.expect("a store").expect("a user");
    assert_eq!((before.last_login, before.role), (after.last_login, Role::User));
}

#[tokio::test]
async fn the_owners_login_on_it_ends_the_visit() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.upgrade("alice_01", "hunter22").await.data();
    phone.log_out().await.data();
    phone.visit().await.data();
    let mut owner = phone.reinstalled();
    owner.log_in_here("alice_01", "hunter22").await.data();
    assert_eq!(owner.standing().await, "user");
    assert_eq!(phone.standing().await, "Token 令牌不合法！");
}
