use usher_domain::AdministratorRole;
use usher_http::{Access, AdminRoute as Route, admin_routes};

use crate::support::{Browser, Stage};

/// Every role, and no session at all.
const ROLES: [Option<AdministratorRole>; 4] = [
    None,
    Some(AdministratorRole::Viewer),
    Some(AdministratorRole::Operator),
    Some(AdministratorRole::Owner),
];

#[tokio::test]
async fn every_route_accepts_only_the_roles_it_names() {
    let stage = Stage::unlimited().await;
    let routes = admin_routes(&stage.admin);
    assert!(routes.len() >= 10);
    for role in ROLES {
        let mut browser = match role {
            Some(role) => Browser::of(&stage, role).await,
            None => Browser::new(&stage),
        };
        for route in &routes {
            let path = format!("/{}", route.path.replace("{id}", "9000000000").replace("{**rest}", "edit/1"));
            let answer = if route.method == "POST" {
                browser.post(&path, &[]).await
            } else {
                browser.get(&path).await
            };
            let turned_away = answer.status == 403
                || answer.header("location").is_some_and(|to| to.starts_with("/admin/login"));
            let admitted = match route.access {
                Access::Public => true,
                Access::SignedIn => role.is_some(),
                Access::From(least) => role.is_some_and(|role| role >= least),
            };
            // Whoever logs out is led to the log-in as well, and comes back.
            let leaves = route.path == "admin/logout" && admitted;
            let closed = route.path == "admin/setup" && role.is_some();
            if leaves {
                browser.log_in(role.map_or("", AdministratorRole::as_str)).await;
            } else if !closed {
                let who = role.map_or("nobody", AdministratorRole::as_str);
                assert_eq!(turned_away, !admitted, "{who} at {} {}: {}", route.method, path, answer.status);
            }
            assert!(answer.status < 500, "{path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn no_change_is_taken_from_elsewhere() {
    let stage = Stage::unlimited().await;
    let mut browser = Browser::of(&stage, AdministratorRole::Owner).await;
    let right = browser.csrf.clone();
    for token in ["", "0", &right[1..], &right.replace(|c: char| c.is_ascii_digit(), "f")] {
        // The log-in form proves itself by the password.
        let changes = |route: &&Route| route.method == "POST" && route.path != "admin/login";
        for route in admin_routes(&stage.admin).iter().filter(changes) {
            let path = format!("/{}", route.path.replace("{id}", "1"));
            let refused = browser.post(&path, &[("csrf", token)]).await;
            refused.says(403, "cross-site");
        }
    }
    browser.get("/admin/users").await.says(200, "im-users"); // still signed in

    // With the right token, but sent by another page; also where no token is needed yet.
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let mut elsewhere = Browser::new(&stage).saying(name, value);
        let fields = [("username", "owner"), ("password", crate::support::ADMIN_PASSWORD)];
        let refused = elsewhere.post("/admin/login", &fields).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (403, None), "{name}");
    }
}

#[tokio::test]
async fn no_other_site_makes_a_browser_download_the_users() {
    let stage = Stage::unlimited().await;
    let operator = Browser::of(&stage, AdministratorRole::Operator).await;
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
        let mut browser = operator.clone().saying("sec-fetch-site", site);
        let answer = browser.get("/admin/users.csv").await;
        assert_eq!(answer.status, status, "{site}");
        assert_eq!(answer.header("content-disposition").is_some(), status == 200, "{site}");
        browser.get("/admin/users").await.says(200, "im-users");
    }
}

#[tokio::test]
async fn where_there_is_no_page_one_says_so() {
    let stage = Stage::with(|config| config.http.allowed_origins = vec!["*".into()]).await;
    let mut browser = Browser::new(&stage).saying("origin", "https://chat.example.com");
    for path in ["/admin/nothing", "/admin/users/1/nothing", "/admin/assets/none.css"] {
        let answer = browser.get(path).await;
        answer.says(404, "not-found");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("style-src 'self'"), "{path}: {policy}");
    }
    let answer = browser.post("/admin/dashboard", &[]).await;
    answer.says(405, "not-found");
    assert_eq!(answer.header("allow"), Some("GET"));
    stage.get("/administration").await.is(404, "404 错误");
}
