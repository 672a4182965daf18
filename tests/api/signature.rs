use std::collections::BTreeMap;
use std::time::Duration;

use usher_crypto::SaltedSignatures;
use usher_domain::{SignedClaim, Timestamp};

use crate::support::{Body, Phone, Stage};

fn signed(device: &str, at: i64, salt: &str) -> (BTreeMap<String, String>, String) {
    let claim = SignedClaim { device: device.to_owned(), at: Timestamp::from_millis(at) };
    let signature = SaltedSignatures::new([salt.to_owned()]).sign(&claim).expect("a salt");
    let fields = [("deviceId", device.to_owned()), ("timestamp", at.to_string())];
    (fields.map(|(name, value)| (name.to_owned(), value)).into(), signature.to_string())
}

const SALT: &str = crate::support::SALT;
const NOW: i64 = 1_752_835_449_008;

#[tokio::test]
async fn the_published_vector_opens_the_door() {
    let stage = Stage::new().await;
    let device = "8d1a344c-bf16-5425-adbc-d12f49cfa332";
    let (fields, signature) = signed(device, NOW, SALT);
    assert_eq!(signature, "a5b40139b65b13cf214d05c27dece58ebe840d888b12272f0ccd15ea72e68998");
    Phone::new(&stage, device).send("visitorRegister", Body::Form(fields), Some(&signature)).await.data();
}

#[tokio::test]
async fn each_salt_in_use_opens_it_and_no_other() {
    let stage = Stage::new().await;
    for (salt, accepted) in [(SALT, true), ("the-next-salt", true), ("the-last-salt", false)] {
        let phone = stage.phone();
        let (fields, signature) = signed(&phone.device, NOW, salt);
        let answer = phone.send("visitorRegister", Body::Form(fields), Some(&signature)).await;
        if accepted { drop(answer.data()) } else { drop(answer.refused("非法签名")) }
    }
}

#[tokio::test]
async fn what_is_not_signed_or_signed_for_something_else_is_refused() {
    let stage = Stage::new().await;
    for route in ["visitorRegister", "visitorregChat", "visitorloginChat"] {
        let phone = stage.phone();
        let (mut fields, signature) = signed(&phone.device, NOW, SALT);
        fields.extend([
            ("username".to_owned(), "alice_01".to_owned()),
            ("password".to_owned(), "hunter22".to_owned()),
        ]);
        let send = async |fields: BTreeMap<String, String>, signature: Option<&str>| {
            phone.send(route, Body::Form(fields), signature).await
        };
        send(fields.clone(), None).await.refused("非法访问");
        send(fields.clone(), Some("")).await.refused("非法访问");
        for wrong in ["x", &signature.to_uppercase(), &signature[..63], &"0".repeat(64), "签名"] {
            send(fields.clone(), Some(wrong)).await.refused("非法签名");
        }
        let mut moved = fields.clone();
        moved.insert("timestamp".to_owned(), (NOW + 1).to_string());
        send(moved, Some(&signature)).await.refused("非法签名");
        let mut elsewhere = fields.clone();
        elsewhere.insert("deviceId".to_owned(), "f".repeat(36));
        send(elsewhere, Some(&signature)).await.refused("非法签名");
    }
}

#[tokio::test]
async fn a_signature_is_of_this_moment_or_stale() {
    let stage = Stage::new().await;
    for (at, accepted) in [
        (NOW - 300_000, true),
        (NOW - 300_001, false),
        (NOW + 300_000, true),
        (NOW + 300_001, false),
        (0, false),
        (i64::MAX, false),
    ] {
        let phone = stage.phone();
        let (fields, signature) = signed(&phone.device, at, SALT);
        let answer = phone.send("visitorRegister", Body::Form(fields), Some(&signature)).await;
        if accepted { drop(answer.data()) } else { drop(answer.refused("请求已过期")) }
    }
}

#[tokio::test]
async fn a_device_id_is_looked_at_after_the_signature() {
    let stage = Stage::new().await;
    for bad in
        ["a".repeat(37), format!("{} ", "a".repeat(35)), "é".repeat(36), "'".repeat(36), "d".repeat(200)]
    {
        let (fields, signature) = signed(&bad, NOW, SALT);
        let phone = stage.phone();
        phone.send("visitorRegister", Body::Form(fields.clone()), Some(&signature)).await.refused("无效标识");
        phone.send("visitorRegister", Body::Form(fields), Some(&"0".repeat(64))).await.refused("非法签名");
    }
}

#[tokio::test]
async fn a_signature_is_good_once_on_whichever_route() {
    let stage = Stage::new().await;
    let phone = stage.phone();
    let (mut fields, signature) = signed(&phone.device, NOW + 300_000, SALT);
    fields.extend([
        ("username".to_owned(), "alice_01".to_owned()),
        ("password".to_owned(), "hunter22".to_owned()),
    ]);
    let send = async |route| phone.send(route, Body::Form(fields.clone()), Some(&signature)).await;
    send("visitorRegister").await.data();
    for _ in 0..3 {
        for route in ["visitorRegister", "visitorregChat", "visitorloginChat"] {
            send(route).await.refused("请求已过期");
        }
        // To the last moment at which it would be fresh.
        stage.wait(Duration::from_secs(100));
    }
}
