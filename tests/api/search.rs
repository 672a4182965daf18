use serde_json::json;

use crate::support::Stage;

#[tokio::test]
async fn finds_registered_users_by_any_part_of_the_name() {
    let stage = Stage::unlimited().await;
    let mut alice = stage.phone();
    alice.register("alice_01", "hunter22").await.data();
    let bob = stage.phone().register("Bob_Builder", "hunter22").await.data();
    stage.phone().visit().await.data();
    for keyword in ["bob_builder", "BUILD", "ob_", "r", "er", "_b"] {
        let found = alice.search(keyword).await.data();
        assert_eq!(
            found,
            json!([{
                "id": bob["id"], "uuid": bob["uuid"], "username": "Bob_Builder", "nickname": "", "avatar": "",
                "role": "user",
            }]),
            "{keyword}"
        );
    }
    for nothing in ["alice", "%", "b%b", "VIS", "\"", "bob AND builder", "😀"] {
        assert_eq!(alice.search(nothing).await.data(), json!([]), "{nothing}");
    }
}

#[tokio::test]
async fn shows_at_most_twenty() {
    let stage = Stage::unlimited().await;
    let mut searcher = stage.phone();
    searcher.register("searcher", "hunter22").await.data();
    for number in 0..25 {
        stage.phone().register(&format!("crowd_{number:02}"), "hunter22").await.data();
    }
    stage.phone().register("crowd", "hunter22").await.data();
    let found = searcher.search("crowd").await.data();
    assert_eq!(found.as_array().expect("a list").len(), 20);
    assert_eq!(found[0]["username"], json!("crowd"));
}

#[tokio::test]
async fn is_for_registered_users() {
    let stage = Stage::new().await;
    let mut phone = stage.phone();
    phone.visit().await.data();
    phone.search("alice").await.refused("您没有权限访问，请先注册或登录");
}

#[tokio::test]
async fn profiles_are_public() {
    let stage = Stage::new().await;
    let user = stage.phone().register("alice_01", "hunter22").await.data();
    let uuid = user["uuid"].as_str().expect("a uuid");
    assert_eq!(
        stage.get(&format!("/api/userinfo/{uuid}")).await.data(),
        json!({
            "uuid": uuid, "username": "alice_01", "nickname": "", "avatar": "", "role": "user", "userset": "",
            "userinfo": {
                "id": 1, "gender": "unknown", "birthday": null, "bio": null, "location": null, "website": null,
            },
        })
    );
    for nobody in ["0d4e20a9-28b6-45d0-9dc6-18cf09d2aa1b", "1", "%27", "x".repeat(5_000).as_str()] {
        stage.get(&format!("/api/userinfo/{nobody}")).await.refused("当前用户不存在或者已被禁用");
    }
}
