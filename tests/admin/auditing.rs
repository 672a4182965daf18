//! What administrators did and tried is written down, for everybody who may look.

use std::sync::Arc;

use usher_domain::{AdministratorRole, AuditAction, AuditFilter, ChainDigest};
use usher_ports::inbound::Verification;

use crate::support::{Browser, Stage, viewer};

async fn actions(stage: &Arc<Stage>) -> Vec<(String, AuditAction)> {
    let filter = AuditFilter::default();
    let entries = stage.adapters.audit.list(&filter, None, 100).await.expect("entries");
    entries.into_iter().rev().map(|entry| (entry.record.by, entry.record.action)).collect()
}

#[tokio::test]
async fn what_is_tried_in_vain_is_written_down() {
    let stage = Stage::unlimited().await;
    let id = stage.phone().register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await;
    let status = format!("/admin/users/{id}/status");
    viewer.post(&status, &[("enabled", "0")]).await.says(403, "forbidden");
    viewer.get("/admin/users/new").await.says(403, "forbidden");
    operator.post(&status, &[("enabled", "0"), ("version", "99")]).await.says(409, "conflict");
    operator.post("/admin/users/9000000000/delete", &[]).await.says(404, "not-found");
    operator.post(&status, &[("enabled", "0"), ("csrf", "0")]).await.says(403, "cross-site");
    viewer.post("/admin/logout", &[]).await;
    viewer.post("/admin/login", &[("username", "Nobody"), ("password", "wrong horse")]).await;
    let all: Vec<_> = actions(&stage).await.into_iter().skip(4).collect();
    let by = |name: &str, action| (name.to_owned(), action);
    assert_eq!(
        all,
        [
            by("viewer", AuditAction::Refused),
            by("viewer", AuditAction::Refused),
            by("operator", AuditAction::Refused),
            by("operator", AuditAction::Refused),
            by("operator", AuditAction::Refused),
            by("viewer", AuditAction::LoggedOut),
            by("nobody", AuditAction::LogInFailed),
        ]
    );
}

#[tokio::test]
async fn the_log_is_shown_and_filtered() {
    let stage = Stage::unlimited().await;
    let mut phone = stage.phone();
    let id = phone.register("alice_01", "hunter22").await.data()["id"].as_i64().expect("an id");
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await;
    operator.post(&format!("/admin/users/{id}/status"), &[("enabled", "0"), ("reason", "spam")]).await;
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await.saying("accept-language", "en");
    let page = viewer.get("/admin/audit").await;
    for word in
        ["User disabled", "Status: <del>Enabled</del> → <ins>Disabled</ins>", "<q>spam</q>", "Command line"]
    {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    let chinese = viewer.clone().saying("accept-language", "zh").get("/admin/audit").await;
    assert!(chinese.text().contains("状态：<del>正常</del>"), "{}", chinese.text());
    let rows = |page: &str| page.matches("data-label=\"No.\"").count();
    for (query, found) in [
        ("action=user-disabled", 1),
        ("by=Operator", 2),
        ("by=nobody", 0),
        (&format!("user={id}"), 1),
        ("from=2025-07-18&until=2025-07-18", 5),
        ("from=2025-07-19", 0),
        ("until=2025-07-17", 0),
        ("by=PERAT", 2),
        ("user=LICE", 1),
        ("user=bob", 0),
        ("action=x", 0),
        ("from=x", 0),
        ("until=x", 0),
        ("before=x", 5),
    ] {
        let page = viewer.get(&format!("/admin/audit?{query}")).await;
        assert_eq!(rows(page.text()), found, "{query}: {}", page.text());
        let says_so = page.text().contains("No entries match this filter.");
        assert_eq!(says_so, found == 0, "{query}: {}", page.text());
    }
    let page = viewer.with_cookie("usher_zone", "Asia/Shanghai").get("/admin/audit").await.unescaped();
    assert!(
        page.contains("<small>Asia/Shanghai</small>") && page.contains(">2025-07-18 18:44:09<"),
        "{page}"
    );
}

#[tokio::test]
async fn the_chain_is_checked() {
    let stage = Stage::unlimited().await;
    let mut operator = Browser::of(&stage, AdministratorRole::Operator).await;
    for _ in 0..5 {
        operator.post("/admin/users/9000000000/delete", &[]).await;
    }
    let verify = async |noted| stage.admin.audit.verify(viewer(), noted).await.expect("an answer");
    let Verification::Intact { entries, digest } = verify(None).await else { panic!("nothing was touched") };
    assert_eq!(entries, 7);
    operator.post("/admin/users/9000000000/delete", &[]).await;
    assert!(matches!(verify(Some((entries, digest))).await, Verification::Intact { entries: 8, .. }));
    assert_eq!(verify(Some((3, ChainDigest::START))).await, Verification::Broken { at: 3 });
    assert_eq!(verify(Some((9, digest))).await, Verification::Broken { at: 9 });
}
