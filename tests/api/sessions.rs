use std::num::NonZeroU32;
use std::time::Duration;

use salvo::test::TestClient;
use serde_json::json;
use usher::compose;
use usher_domain::{PlainPassword, Status, UserId};
use usher_ports::inbound::StatusCommand;

use crate::support::{Answer, Body, Stage, operator};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_call_without_a_token_is_told_so() {
    let stage = Stage::new().await;
    stage.phone().log_out().await.refused("您没有权限访问即时通讯接口");
    stage.phone().search("alice").await.refused("您没有权限访问即时通讯接口");
    let nobody = stage.phone().holding(Some("nonsense"));
    nobody.log_out().await.refused("Token 令牌不合法！");
}

#[tokio::test]
async fn logging_out_ends_this_session_and_no_other() {
    let stage = Stage::new().await;
    let (mut phone, mut tablet) = (stage.phone(), stage.phone());
    phone.register("alice_01", "hunter22").await.data();
    tablet.log_in("alice_01", "hunter22").await.data();
    assert_eq!(phone.log_out().await.data(), json!(true));
    phone.log_out().await.refused("Token 令牌不合法！");
    assert_eq!(tablet.standing().await, "user");
}

#[tokio::test]
async fn the_newest_sessions_win() {
    let stage = Stage::with(|config| config.sessions.per_user = NonZeroU32::new(2).expect("two")).await;
    let mut first = stage.phone();
    first.register("alice_01", "hunter22").await.data();
    let mut later = [stage.phone(), stage.phone()];
    for phone in &mut later {
        stage.wait(Duration::from_secs(1));
        phone.log_in("alice_01", "hunter22").await.data();
    }
    assert_eq!(first.standing().await, "Token 令牌不合法！");
    assert_eq!((later[0].standing().await, later[1].standing().await), ("user".into(), "user".into()));
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case_at_last() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    for _ in 0..6 {
        stage.wait(29 * DAY);
        assert_eq!(phone.standing().await, "user");
    }
    stage.wait(7 * DAY);
    assert_eq!(phone.standing().await, "Token已过期！请重新获取令牌");
    phone.log_in("alice_01", "hunter22").await.data();
    stage.wait(31 * DAY);
    assert_eq!(phone.standing().await, "Token已过期！请重新获取令牌");
}

#[tokio::test]
async fn disabling_ends_all_sessions_and_enabling_brings_none_back() {
    let stage = Stage::new().await;
    let (mut phone, mut tablet) = (stage.phone(), stage.phone());
    let user = phone.register("alice_01", "hunter22").await.data();
    tablet.log_in("alice_01", "hunter22").await.data();
    let id = UserId(user["id"].as_i64().expect("an id"));
    let set = async |status| {
        stage.admin.toggle_status.set(operator(), id, StatusCommand::now(status)).await.expect("a status")
    };
    set(Status::Disabled).await;
    assert_eq!(phone.standing().await, "当前用户不存在或者已被禁用");
    assert_eq!(tablet.standing().await, "当前用户不存在或者已被禁用");
    set(Status::Enabled).await;
    assert_eq!(phone.standing().await, "Token 令牌不合法！");
    phone.log_in("alice_01", "hunter22").await.data();
    assert_eq!(phone.standing().await, "user");
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let user = phone.register("alice_01", "hunter22").await.data();
    let id = UserId(user["id"].as_i64().expect("an id"));
    let password = PlainPassword::parse("hunter33").expect("a password");
    compose::set_password(&stage.adapters).set(operator(), id, password).await.expect("a password");
    assert_eq!(phone.standing().await, "Token 令牌不合法！");
    phone.log_in("alice_01", "hunter22").await.refused("账户或密码错误");
    phone.log_in("alice_01", "hunter33").await.data();
}

#[tokio::test]
async fn the_token_may_stand_in_header_query_or_body() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    let token = phone.token.take().expect("a token");
    let form =
        Body::Form([("keyword".to_owned(), "bob".to_owned()), ("token".to_owned(), token.clone())].into());
    assert_eq!(phone.send("chat/searchUser", form, None).await.data(), json!([]));
    let url = format!("http://usher/api/chat/searchUser?token={token}");
    let answer = TestClient::post(url).form(&[("keyword", "bob")]).send(&stage.service).await;
    assert_eq!(Answer::of(answer).await.data(), json!([]));
}

#[tokio::test]
async fn a_token_of_another_installation_is_refused() {
    let (here, there) = (Stage::new().await, Stage::new().await);
    let mut phone = there.phone();
    phone.register("alice_01", "hunter22").await.data();
    here.phone().register("alice_01", "hunter22").await.data();
    let here = here.phone().holding(phone.token.as_deref());
    assert_eq!(here.standing().await, "Token 令牌不合法！");
}
