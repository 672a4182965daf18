//! Pictures, from the form to their readers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use salvo::test::TestClient;
use serde_json::Value;
use usher_domain::AdministratorRole;
use usher_ports::inbound::{AvatarSurvey, AvatarSweep};

use crate::support::{Answer, Browser, Stage, owner};

const PNG: &[u8] = include_bytes!("../../ports/src/contract/avatars/transparent.png");
const JPEG: &[u8] = include_bytes!("../../ports/src/contract/avatars/sideways.jpg");

/// The first picture on a page.
fn shown(page: &Answer) -> String {
    let url = page.text().split("src=\"").map(|part| part.replace("&#x2f;", "/"));
    let url = url
        .filter_map(|part| part.split('"').next().map(str::to_owned))
        .find(|it| it.starts_with("/avatars/"));
    url.unwrap_or_else(|| panic!("no picture in {}", page.text()))
}

#[tokio::test]
async fn a_user_is_created_with_a_public_picture() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    let fields = [("username", "alice_01"), ("nickname", ""), ("password", "hunter22")];
    let made = browser.send_file("/admin/users", &fields, PNG).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let here = made.header("location").expect("a page").to_owned();
    let small = shown(&browser.get(&here).await);
    let come = stage.phone().log_in("alice_01", "hunter22").await.data();
    let large = come["avatar"].as_str().expect("a URL");
    assert_eq!(small, large.replace(".png", "-small.png"));
    for url in [small.as_str(), large] {
        let picture = stage.get(url).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")), "{url}");
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(picture.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let head = TestClient::head(format!("http://usher{url}")).send(&stage.service).await;
        assert_eq!(head.status_code.map(|status| status.as_u16()), Some(200));
    }

    // Another one takes its place, or none.
    let edit = format!("{here}/edit");
    browser.get(&edit).await;
    let fields = [("username", "alice_01"), ("nickname", ""), ("password", "")];
    browser.send_file(&edit, &fields, JPEG).await.leads_to("/admin/users/1");
    let other = shown(&browser.get(&here).await);
    assert!(other.ends_with("-small.jpg"), "{other}");
    let none = [&fields[..], &[("no_avatar", "1")]].concat();
    assert_eq!(browser.send_file(&edit, &none, b"").await.status, 303);
    assert!(!browser.get(&here).await.text().contains("/avatars/"));

    // Those that no account uses are gone after a day.
    let kept = browser.send_file(&edit, &fields, JPEG).await;
    kept.leads_to("/admin/users/1");
    let kept = shown(&browser.get(&here).await);
    let span = 40 * 365 * 24;
    stage.wait(Duration::from_hours(span));
    assert_eq!(stage.pictures.sweep().await.expect("an answer"), AvatarSweep::Swept(2));
    assert_eq!(stage.get(&small).await.status, 404);
    assert_eq!(stage.get(&kept).await.status, 200);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_at_the_field() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await.saying("accept-language", "en");
    browser.get("/admin/users").await;
    let fields = [("username", "alice_01"), ("nickname", ""), ("password", "hunter22")];
    let refused = browser.send_file("/admin/users", &fields, b"<svg onload='alert(1)'/>").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("class=\"error\">PNG, JPEG or WebP"), "{}", refused.text());
    assert!(!refused.text().contains("hunter22"));
    let large = vec![0; 6 * 1024 * 1024];
    browser.send_file("/admin/users", &fields, &large).await.says(413, "too-large");
    stage.phone().log_in("alice_01", "hunter22").await.refused("账号不存在或者被禁用");
    for file in [
        "x.jpg",
        "..%2f..%2fusher.db",
        &format!("{}.svg", "ab".repeat(16)),
        &format!("{}.png", "ab".repeat(16)),
    ] {
        assert_eq!(stage.get(&format!("/avatars/{file}")).await.status, 404, "{file}");
    }
}

#[tokio::test]
async fn the_old_upload_routes_answer_with_the_url() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    for path in ["/uploadStreamSingleToServer", "/uploadStreamSingleToServerDiy/%E5%A4%B4%E5%83%8F"] {
        let answer = browser.send_file(path, &[], PNG).await;
        assert_eq!((answer.status, &answer.body["msg"]), (200, &Value::from("ok")), "{answer:?}");
        let url = answer.body["data"].as_str().expect("a URL").to_owned();
        assert!(url.starts_with("/avatars/"), "{url}");
        assert_eq!(stage.get(&url).await.status, 200);
        browser.send_file(path, &[], b"x").await.says(415, "avatar-rule");
        browser.post(path, &[]).await.says(415, "avatar-rule");
    }
    let outside = browser.send_file("/uploadStreamSingleToServerDiy/..%2f..%2fetc", &[], PNG).await;
    assert_eq!((outside.status, outside.text()), (404, ""));
    let mut nobody = Browser::new(&stage);
    let refused = nobody.send_file("/uploadStreamSingleToServer", &[], PNG).await;
    assert_eq!((refused.status, refused.header("location")), (303, Some("/admin/login")));
}

/// A stage whose pictures lie here.
async fn sharing(directory: &Path) -> Arc<Stage> {
    Stage::with(|config| directory.clone_into(&mut config.avatars.directory)).await
}

/// Files as if pictures of these numbers had been stored.
fn put(directory: &Path, numbers: std::ops::Range<u32>) {
    for number in numbers {
        std::fs::write(directory.join(format!("{number:032x}.jpg")), "a picture").expect("a file");
    }
}

fn count(directory: &Path) -> usize {
    std::fs::read_dir(directory).expect("a directory").count()
}

/// Until every picture is more than a day old.
const LONG: Duration = Duration::from_hours(40 * 365 * 24);

#[tokio::test]
async fn another_database_deletes_none_of_the_pictures() {
    let directory = tempfile::tempdir().expect("a directory");
    let (ours, empty) = (sharing(directory.path()).await, sharing(directory.path()).await);
    let mut browser = Browser::of(&ours, AdministratorRole::Operator).await;
    let fields = [("username", "alice_01"), ("nickname", ""), ("password", "hunter22")];
    let made = browser.send_file("/admin/users", &fields, PNG).await;
    let picture = shown(&browser.get(made.header("location").expect("a page")).await);
    for stage in [&ours, &empty] {
        stage.wait(LONG);
    }

    // As long as no installation claimed the store, a database that knows none of its pictures does not, either.
    assert_eq!(empty.pictures.sweep().await.expect("an answer"), AvatarSweep::Foreign(None));
    empty.pictures.claim().await.expect("an answer");
    assert_eq!(ours.pictures.sweep().await.expect("an answer"), AvatarSweep::Swept(0));
    let AvatarSweep::Foreign(Some(id)) = empty.pictures.sweep().await.expect("an answer") else {
        panic!("it swept pictures of another installation");
    };
    empty.pictures.claim().await.expect("an answer");
    let survey = ours.pictures.survey(owner()).await.expect("numbers");
    let expected = AvatarSurvey { owner: Some(id), installation: id, stored: 1, unused: 0 };
    assert_eq!(survey, expected);
    assert_eq!(ours.get(&picture).await.status, 200);
}

#[tokio::test]
async fn a_sweep_of_more_than_a_share_waits_for_the_operator() {
    let directory = tempfile::tempdir().expect("a directory");
    let stage = sharing(directory.path()).await;
    stage.pictures.claim().await.expect("an answer");
    put(directory.path(), 0..20);
    stage.wait(LONG);
    assert_eq!(stage.pictures.sweep().await.expect("an answer"), AvatarSweep::Swept(20));
    put(directory.path(), 0..21);
    let AvatarSweep::TooMany(survey) = stage.pictures.sweep().await.expect("an answer") else {
        panic!("it swept everything");
    };
    assert_eq!((survey.unused, survey.stored, count(directory.path())), (21, 21, 22));
    assert_eq!(stage.pictures.sweep_all(owner()).await.expect("a number"), 21);
    assert_eq!(count(directory.path()), 1, "the mark stays");
}
