//! All users as a table.

use usher_domain::{AdministratorRole, AuditAction, AuditFilter};

use super::bulk::people;
use crate::support::{Browser, Stage};

#[tokio::test]
async fn the_table_holds_all_users_and_no_formula() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    people(&stage, 1_005).await;
    let fields = [("username", "alice_01"), ("nickname", "=HYPERLINK(\"x\")"), ("password", "hunter22")];
    browser.post("/admin/users", &fields).await.leads_to("/admin/users/1006");
    let table = browser.get("/admin/users.csv").await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"users.csv\""));
    assert_eq!(table.text().lines().count(), 1_007);
    assert!(
        table.text().contains(",alice_01,\"'=HYPERLINK(\"\"x\"\")\",user,enabled,"),
        "{:.300}",
        table.text()
    );
    let found = browser.get("/admin/users.csv?q=alice&sort=username").await;
    assert_eq!(found.text().lines().count(), 2);
    assert_eq!(
        browser.get(&format!("/admin/users.csv?q={}", "x".repeat(60))).await.text().lines().count(),
        1
    );
    let filter = AuditFilter { action: Some(AuditAction::UsersExported), ..AuditFilter::default() };
    assert_eq!(stage.adapters.audit.list(&filter, None, 10).await.expect("entries").len(), 3);
    let mut viewer = Browser::of(&stage, AdministratorRole::Viewer).await;
    viewer.get("/admin/users.csv").await.says(403, "forbidden");
}

#[tokio::test]
async fn what_a_device_says_of_itself_is_no_formula_in_any_spreadsheet() {
    let stage = Stage::unlimited().await;
    for platform in ["h5;=1+1", "=1+1", "h5\";\"=1+1"] {
        stage.phone().signed("visitorRegister", &[("uniplatform", platform)]).await.data();
    }
    let mut browser = Browser::of(&stage, AdministratorRole::Operator).await;
    let table = browser.get("/admin/users.csv").await;
    assert!(table.text().contains(",\"h5;'=1+1\","), "{}", table.text());
    let parts = table.text().split([',', ';', '\n']);
    assert!(
        parts.map(|part| part.trim_start_matches('"')).all(|part| !part.starts_with('=')),
        "{}",
        table.text()
    );
}
