//! Every component of the design on one page, with data that means no good: for those who work on it.

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;
use super::users::list::UsersView;
use super::users::{Notice, Query, Row};

#[derive(Serialize)]
pub(super) struct StylesView {
    pub(super) list: UsersView,
    pub(super) notice: Notice,
}

impl View for StylesView {
    const TEMPLATE: &'static str = "styles.html";
}

fn row(id: i64, (username, nickname): (&str, &str), enabled: bool, until: Option<i64>) -> Row {
    Row {
        id,
        username: username.to_owned(),
        nickname: nickname.to_owned(),
        avatar: None,
        initial: super::pages::initial(nickname),
        hue: u32::try_from(id % 8).unwrap_or_default(),
        role: if until.is_some() { "visitor" } else { "user" },
        platform: "mp-weixin".to_owned(),
        registered: 1_752_835_449_008,
        last_login: enabled.then_some(1_752_835_449_008),
        enabled,
        until,
        reason: if until.is_some() { "spam".to_owned() } else { String::new() },
        by: if enabled { String::new() } else { "ann".to_owned() },
        actor_message: None,
        deleted: false,
        version: 1,
    }
}

impl StylesView {
    pub(super) fn new() -> Self {
        let long = "W".repeat(50);
        let users = vec![
            row(1, ("alice_01", "Alice"), true, None),
            row(9_007_199_254_740_991, ("visitor_6f1d2c9a8b7e4f3d2c1b0a9f8e7d6c5b", &long), false, None),
            row(3, ("bob_02", "\u{202e}gnirts desrever"), false, Some(4_102_444_800_000)),
            row(4, ("爱丽丝的账号", "爱丽丝"), true, None),
        ];
        let undo =
            Some(super::users::Undo { id: 1, version: 1, enabled: true, ban: super::users::Ban::default() });
        Self {
            list: UsersView::only(Query::default(), users),
            notice: Notice { message: "user-disabled", name: "alice_01".to_owned(), undo },
        }
    }
}

/// The page.
pub(super) struct Styles;

#[async_trait]
impl Page for Styles {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        request.page(pages, StatusCode::OK, &StylesView::new())
    }
}
