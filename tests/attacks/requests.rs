//! Fields and bodies that an attacker makes.

use serde_json::json;

use crate::support::{Body, Stage};

#[tokio::test]
async fn of_twenty_calls_with_one_signature_one_counts() {
    let stage = Stage::unlimited().await;
    let phone = stage.phone();
    let (fields, signature) = phone.sign();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (phone, fields, signature) = (phone.reinstalled(), fields.clone(), signature.clone());
            tokio::spawn(
                async move { phone.send("visitorRegister", Body::Form(fields), Some(&signature)).await },
            )
        })
        .collect();
    let mut granted = 0;
    for call in calls {
        let answer = call.await.expect("an answer");
        if answer.status == 200 {
            granted += 1;
        } else {
            answer.refused("请求已过期");
        }
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn a_timestamp_is_digits_as_javascript_prints_them() {
    let stage = Stage::unlimited().await;
    let phone = stage.phone();
    let signature = "0".repeat(64);
    for at in [
        "1e3",
        "1E12",
        "01",
        "00",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "1_000",
        "٣",
        "１",
        "Infinity",
        "9223372036854775808",
        "18446744073709551616",
        "1\0",
        "1\n",
    ] {
        for body in [json!({"deviceId": "d".repeat(36), "timestamp": at})] {
            let answer = phone.post_json("visitorRegister", body, Some(&signature)).await;
            answer.is(422, "时间戳必须是整数");
        }
    }
    let largest = json!({"deviceId": "d".repeat(36), "timestamp": i64::MAX});
    phone.post_json("visitorRegister", largest, Some(&signature)).await.refused("非法签名");
}

#[tokio::test]
async fn strange_json_is_refused_or_read_in_one_way() {
    let stage = Stage::unlimited().await;
    let phone = stage.phone();
    let json = async |body: Vec<u8>| phone.send("regChat", Body::Raw("application/json", body), None).await;
    let deep = |open: &str, close: &str| [open.repeat(25_000), close.repeat(25_000)].concat().into_bytes();
    json(deep("[", "]")).await.refused("请求体格式错误");
    json(deep("{\"a\":", "}")[..100_000].to_vec()).await.refused("请求体格式错误");
    json(b"{\"username\":\"alice_01\",\"password\":\"\xff\xfe\"}".to_vec()).await.refused("请求体格式错误");
    json(b"{\"username\":\"alice_01\",\"password\":\"\\ud800\"}".to_vec()).await.refused("请求体格式错误");
    let zero = b"{\"username\":\"ali\\u0000ce\",\"password\":\"hunter22\"}".to_vec();
    json(zero).await.is(422, "账号只能由字母、数字和下划线组成");
    // The last one is meant, as for JavaScript; and all who look at the call look at the same one.
    let twice =
        b"{\"username\":\"bob_0001\",\"username\":\"alice_01\",\"password\":\"x\",\"password\":\"hunter22\"}";
    assert_eq!(json(twice.to_vec()).await.data()["username"], json!("alice_01"));
    let form = b"username=bob_0001&username=carol_01&password=x&password=hunter22".to_vec();
    let form = Body::Raw("application/x-www-form-urlencoded", form);
    assert_eq!(phone.send("regChat", form, None).await.status, 422, "in a form that is a list");
    // A password with U+0000 in it is one like any other, or none; never half of one.
    let odd = json!({"username": "dave_001", "password": "hunter\0 22"});
    let made = phone.post_json("regChat", odd.clone(), None).await;
    if made.status == 200 {
        let half = json!({"username": "dave_001", "password": "hunter"});
        phone.post_json("loginChat", half, None).await.refused("账户或密码错误");
        phone.post_json("loginChat", odd, None).await.data();
    } else {
        assert_eq!(made.status, 422);
    }
}
