use serde_json::json;

use crate::support::{Body, Stage};

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
