use serde_json::json;

use crate::support::{Body, Stage};

/// What JSON can hold beside text and numbers.
fn no_texts() -> [serde_json::Value; 7] {
    [json!({"$ne": 1}), json!({}), json!([]), json!(["hunter22"]), json!([1]), json!(true), json!(false)]
}

#[tokio::test]
async fn a_field_that_is_missing_or_wrong_is_named() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    for (fields, message) in [
        (json!({}), "账号不能为空"),
        (json!({"username": "", "password": "hunter22"}), "账号不能为空"),
        (json!({"username": null, "password": "hunter22"}), "账号不能为空"),
        (json!({"username": "abc", "password": "hunter22"}), "账号的长度必须在 4 和 20 之间"),
        (json!({"username": "x".repeat(21), "password": "hunter22"}), "账号的长度必须在 4 和 20 之间"),
        (json!({"username": "alice_01"}), "密码不能为空"),
        (json!({"username": "alice_01", "password": "12345"}), "密码的长度必须在 6 和 20 之间"),
        (json!({"username": "alice_01", "password": "x".repeat(21)}), "密码的长度必须在 6 和 20 之间"),
    ] {
        phone.post_json("regChat", fields.clone(), None).await.is(422, message);
        phone.post_json("loginChat", fields, None).await.is(422, message);
    }
    for strange in ["<script>", "al ice", "用户名字", "alice'--", "a\0bcd"] {
        let fields = json!({"username": strange, "password": "hunter22"});
        phone.post_json("regChat", fields, None).await.is(422, "账号只能由字母、数字和下划线组成");
    }
    let numbers = json!({"username": 12345, "password": 123_456});
    assert_eq!(phone.post_json("regChat", numbers, None).await.data()["username"], json!("12345"));
}

#[tokio::test]
async fn so_are_those_of_the_signed_routes() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    let signature = "0".repeat(64);
    for (fields, message) in [
        (json!({"timestamp": 1}), "设备指纹不能为空"),
        (json!({"deviceId": "short", "timestamp": 1}), "设备指纹的长度必须在 36 和 200 之间"),
        (json!({"deviceId": "x".repeat(201), "timestamp": 1}), "设备指纹的长度必须在 36 和 200 之间"),
        (json!({"deviceId": "x".repeat(36)}), "时间戳不能为空"),
        (json!({"deviceId": "x".repeat(36), "timestamp": "now"}), "时间戳必须是整数"),
        (json!({"deviceId": "x".repeat(36), "timestamp": 1.5}), "时间戳必须是整数"),
        (json!({"deviceId": "x".repeat(36), "timestamp": "NaN"}), "时间戳必须是整数"),
        (json!({"deviceId": "x".repeat(36), "timestamp": "01"}), "时间戳必须是整数"),
        (json!({"deviceId": "x".repeat(36), "timestamp": "9".repeat(30)}), "时间戳必须是整数"),
        (json!({"deviceId": "x".repeat(36), "timestamp": [1]}), "时间戳必须是整数"),
    ] {
        phone.post_json("visitorRegister", fields, Some(&signature)).await.is(422, message);
    }
    phone.post_json("visitorregChat", json!({}), Some(&signature)).await.is(422, "账号不能为空");
    phone.post_json("visitorRegister", json!({}), None).await.refused("非法访问");
}

#[tokio::test]
async fn a_keyword_has_one_to_fifty_characters() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.register("alice_01", "hunter22").await.data();
    phone.search("").await.is(422, "搜索关键词不能为空");
    phone.search(&"x".repeat(51)).await.is(422, "搜索关键词的长度必须在 1 和 50 之间");
    phone.search("a\u{1}").await.is(422, "搜索关键词包含无效字符");
    assert_eq!(phone.search(&"好".repeat(50)).await.data(), json!([]));
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_refused() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    for broken in ["{", "[]", "null", "\"x\"", "{\"username\": }", "\u{feff}{}"] {
        let body = Body::Raw("application/json", broken.into());
        phone.send("loginChat", body, None).await.refused("请求体格式错误");
    }
    let deep = "[".repeat(90_000).into_bytes();
    phone.send("loginChat", Body::Raw("application/json", deep), None).await.refused("请求体格式错误");
    let large = vec![b'a'; 200_000];
    phone.send("loginChat", Body::Raw("application/json", large), None).await.is(413, "请求体过大");
    let binary = Body::Raw("application/x-www-form-urlencoded", vec![0xff, 0xfe, b'=', 0x80]);
    phone.send("loginChat", binary, None).await.is(422, "账号不能为空");
    let multipart = Body::Raw("multipart/form-data; boundary=x", b"--x--".to_vec());
    phone.send("loginChat", multipart, None).await.is(422, "账号不能为空");
}

#[tokio::test]
async fn what_is_no_text_is_no_name_no_password_and_no_token() {
    let stage = Stage::unlimited().await;
    let phone = stage.phone();
    for value in no_texts() {
        for (fields, message) in [
            (json!({"username": value, "password": "hunter22"}), "账号的长度必须在 4 和 20 之间"),
            (json!({"username": "alice_01", "password": value}), "密码的长度必须在 6 和 20 之间"),
        ] {
            for route in ["regChat", "loginChat", "visitorregChat", "visitorloginChat"] {
                phone.post_json(route, fields.clone(), Some(&"0".repeat(64))).await.is(422, message);
            }
        }
        let device = json!({"deviceId": value, "timestamp": 1});
        let answer = phone.post_json("visitorRegister", device, Some(&"0".repeat(64))).await;
        answer.is(422, "设备指纹的长度必须在 36 和 200 之间");
        let time = json!({"deviceId": "x".repeat(36), "timestamp": value});
        phone.post_json("visitorRegister", time, Some(&"0".repeat(64))).await.is(422, "时间戳必须是整数");
        phone
            .post_json("chat/searchUser", json!({"token": value, "keyword": "x"}), None)
            .await
            .refused("Token 令牌不合法！");
    }
    let mut alice = stage.phone();
    alice.register("alice_01", "hunter22").await.data();
    for value in no_texts() {
        let answer = alice.post_json("chat/searchUser", json!({"keyword": value}), None).await;
        answer.is(422, "搜索关键词的长度必须在 1 和 50 之间");
    }
    // No device attribute makes a call fail.
    let mut visitor = stage.phone();
    let (fields, signature) = visitor.sign();
    let mut fields = json!(fields);
    fields["devicebrand"] = json!({"$ne": 1});
    assert_eq!(
        visitor.post_json("visitorRegister", fields, Some(&signature)).await.data()["devicebrand"],
        json!("")
    );
    visitor.visit().await.data();
}

#[tokio::test]
async fn a_list_in_a_form_is_no_text() {
    let stage = Stage::unlimited().await;
    for (form, message) in [
        ("username[]=alice_01&password=hunter22", "账号不能为空"),
        ("username=alice_01&password[$ne]=1", "密码不能为空"),
        ("username=alice_01&username=bobby_01&password=hunter22", "账号的长度必须在 4 和 20 之间"),
        ("username=alice_01&password=hunter22&password=hunter22", "密码的长度必须在 6 和 20 之间"),
    ] {
        let body = Body::Raw("application/x-www-form-urlencoded", form.into());
        stage.phone().send("regChat", body, None).await.is(422, message);
    }
    // Of two in JSON the last one counts, as in JavaScript.
    let twice = r#"{"username":{"$ne":1},"username":"alice_01","password":"hunter22"}"#;
    let answer = stage.phone().send("regChat", Body::Raw("application/json", twice.into()), None).await;
    assert_eq!(answer.data()["username"], json!("alice_01"));
}

#[tokio::test]
async fn names_that_look_like_a_visitors_or_the_staffs_are_taken() {
    let stage = Stage::unlimited().await;
    for name in ["VlS8d1a344c", "V1S8d1a344c", "kefu01", "adm1n", "paypaI_bank", "Official_", "root2"] {
        stage.phone().register(name, "hunter22").await.refused("该账号已存在，请换一个账号注册");
        let mut visitor = stage.phone();
        visitor.visit().await.data();
        visitor.upgrade(name, "hunter22").await.refused("该账号已存在，请换一个账号注册");
        stage.phone().log_in(name, "hunter22").await.refused("账号不存在或者被禁用");
    }
    let own = Stage::with(|config| config.usernames.reserved = vec!["acme".to_owned()]).await;
    own.phone().register("4cme_01", "hunter22").await.refused("该账号已存在，请换一个账号注册");
    own.phone().register("kefu01", "hunter22").await.data();
    own.phone().log_in("kefu01", "hunter22").await.data();
}
