use serde_json::{Value, json};
use usher_domain::{Status, UserId};
use usher_ports::inbound::StatusCommand;

use crate::support::{Phone, Stage, operator};

/// Every field of the published user object and no other.
pub(crate) const FIELDS: [&str; 29] = [
    "avatar",
    "create_time",
    "devicebrand",
    "devicefingeruuid",
    "devicemodel",
    "deviceos",
    "email",
    "id",
    "is_deleted",
    "is_email_verified",
    "is_mobile_verified",
    "last_login",
    "last_login_ip",
    "mobile",
    "nickname",
    "order",
    "qq_openid",
    "register_ip",
    "register_time",
    "role",
    "status",
    "token",
    "uniplatform",
    "update_time",
    "username",
    "userset",
    "uuid",
    "wechat_openid",
    "weibo_uid",
];

#[tokio::test]
async fn a_first_launch_gets_an_identity() {
    let stage = Stage::new().await;
    let phone = Phone::new(&stage, "8d1a344c-bf16-5425-adbc-d12f49cfa332");
    let attributes = [
        ("uniplatform", "mp-weixin"),
        ("devicemodel", "iPhone"),
        ("deviceos", "iOS 18"),
        ("devicebrand", "Apple"),
    ];
    let mut user = phone.signed("visitorRegister", &attributes).await.data();

    let names: Vec<&str> = user.as_object().expect("a user").keys().map(String::as_str).collect();
    assert_eq!(names, FIELDS);
    assert!(uuid::Uuid::parse_str(user["uuid"].as_str().expect("a uuid")).is_ok());
    assert_eq!(user["token"].as_str().expect("a token").split('.').count(), 3);
    assert_eq!(user["create_time"].as_str().expect("a time").len(), "2025-07-18 18:44:09".len());
    for varying in ["uuid", "token", "create_time"] {
        user.as_object_mut().expect("a user").remove(varying);
    }
    let now = "2025-07-18T10:44:09.009Z";
    assert_eq!(
        user,
        json!({
            "id": 1, "username": "VIS8d1a344c", "nickname": "", "avatar": "", "role": "visitor", "status": 1,
            "devicefingeruuid": "8d1a344c-bf16-5425-adbc-d12f49cfa332", "uniplatform": "mp-weixin",
            "devicemodel": "iPhone", "deviceos": "iOS 18", "devicebrand": "Apple", "userset": "", "order": 50,
            "mobile": null, "email": null, "wechat_openid": null, "qq_openid": null, "weibo_uid": null,
            "is_deleted": 0, "is_email_verified": 0, "is_mobile_verified": 0,
            "register_time": now, "register_ip": "0.0.0.0", "last_login": now, "last_login_ip": "0.0.0.0",
            "update_time": now,
        })
    );
}

#[tokio::test]
async fn coming_back_is_the_same_visitor() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    let first =
        phone.signed("visitorRegister", &[("deviceos", "iOS 17"), ("devicebrand", "Apple")]).await.data();
    let again = phone.signed("visitorRegister", &[("deviceos", "iOS 18"), ("devicebrand", "")]).await.data();
    for same in ["id", "uuid", "username", "register_time", "create_time"] {
        assert_eq!(first[same], again[same], "{same}");
    }
    assert_eq!((&again["deviceos"], &again["devicebrand"]), (&json!("iOS 18"), &json!("Apple")));
    assert_ne!(first["last_login"], again["last_login"]);
}

#[tokio::test]
async fn what_a_device_says_wrongly_of_itself_is_not_kept_and_does_not_hurt() {
    let stage = Stage::new().await;
    let long = "x".repeat(51);
    let phone = stage.phone();
    let user = phone.signed("visitorRegister", &[("uniplatform", "x"), ("devicemodel", &long)]).await.data();
    assert_eq!((&user["uniplatform"], &user["devicemodel"]), (&json!(""), &json!("")));
}

#[tokio::test]
async fn json_and_numbers_as_numbers_do_as_well() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    let (fields, signature) = phone.sign();
    let timestamp: i64 = fields["timestamp"].parse().expect("a number");
    let body =
        json!({"deviceId": phone.device, "timestamp": timestamp, "uniplatform": "h5", "devicemodel": null});
    let user = phone.post_json("visitorRegister", body, Some(&signature)).await.data();
    assert_eq!((&user["role"], &user["uniplatform"]), (&json!("visitor"), &json!("h5")));

    let (fields, signature) = phone.sign();
    let again = phone.post_json("visitorRegister", json!(fields), Some(&signature)).await.data();
    assert_eq!(again["id"], user["id"]);
}

#[tokio::test]
async fn devices_that_begin_alike_are_different_people() {
    let stage = Stage::new().await;
    let user = async |device: &str| Phone::new(&stage, device).signed("visitorRegister", &[]).await.data();
    let one = user("aaaaaaaa-0000-0000-0000-000000000001").await;
    let other = user("aaaaaaaa-0000-0000-0000-000000000002").await;
    let shouting = user("AAAAAAAA-0000-0000-0000-000000000001").await;
    assert_eq!(one["username"], json!("VISaaaaaaaa"));
    for longer in [&other, &shouting] {
        let name = longer["username"].as_str().expect("a name");
        assert!(name.len() == 19 && name.to_lowercase().starts_with("visaaaaaaaa"), "{name}");
        assert_ne!(longer["id"], one["id"]);
    }
}

#[tokio::test]
async fn a_disabled_visitor_stays_out_and_is_not_changed() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let user = phone.visit().await.data();
    let id = UserId(user["id"].as_i64().expect("an id"));
    stage
        .admin
        .toggle_status
        .set(operator(), id, StatusCommand::now(Status::Disabled))
        .await
        .expect("disabled");
    let before = stage.adapters.users.find(id).await.expect("a store");
    phone.signed("visitorRegister", &[("deviceos", "changed")]).await.refused("账号不存在或者被禁用");
    phone.reinstalled().upgrade("newname", "123456").await.refused("账号不存在或者被禁用");
    assert_eq!(stage.adapters.users.find(id).await.expect("a store"), before);
    assert_eq!(phone.standing().await, "当前用户不存在或者已被禁用");
}

#[tokio::test]
async fn no_answer_holds_a_secret() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    let answers = [
        phone.visit().await.data(),
        phone.upgrade("alice_01", "hunter22").await.data(),
        phone.log_in("alice_01", "hunter22").await.data(),
    ];
    for answer in answers {
        let text = answer.to_string();
        assert!(
            !text.contains("password") && !text.contains("argon2") && !text.contains("hunter22"),
            "{text}"
        );
        assert_eq!(claims(&answer), ["exp", "iat", "iss", "role", "sid", "sub"]);
    }
}

/// The names of what the token says.
fn claims(user: &Value) -> Vec<String> {
    let token = user["token"].as_str().expect("a token");
    let body = jsonwebtoken::dangerous::insecure_decode::<Value>(token).expect("a token").claims;
    let mut names: Vec<String> = body.as_object().expect("claims").keys().cloned().collect();
    names.sort();
    names
}
