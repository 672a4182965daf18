//! Users: the list, and the switch in each of its rows.

pub(super) mod bulk;
pub(super) mod details;
pub(super) mod export;
pub(super) mod form;
mod query;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AvatarName, AvatarSize, ManagedUser, Status, Timestamp, UserId, Version};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, AdminToggleStatus, StatusCommand};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::{AdminRequest, FRONT};
use super::response::AdminResponse;
pub(super) use query::Query;

/// How many users a page shows.
const PAGE: u32 = 50;

/// A user, as the list shows it.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) username: String,
    pub(super) nickname: String,
    /// Where a small picture is; nowhere if there is none of ours.
    pub(super) avatar: Option<String>,
    /// What stands in the place of a picture.
    pub(super) initial: String,
    pub(super) role: &'static str,
    pub(super) platform: String,
    /// In Unix milliseconds.
    pub(super) last_login: Option<i64>,
    pub(super) enabled: bool,
    /// When it is enabled by itself, in Unix milliseconds.
    pub(super) until: Option<i64>,
    pub(super) deleted: bool,
    pub(super) version: i64,
}

impl From<&ManagedUser> for Row {
    fn from(user: &ManagedUser) -> Self {
        let platform = user.device.as_ref().and_then(|device| device.attributes.platform.as_ref());
        let shown =
            if user.nickname.as_str().is_empty() { user.username.as_str() } else { user.nickname.as_str() };
        Self {
            id: user.id.0,
            username: user.username.to_string(),
            nickname: user.nickname.to_string(),
            avatar: own_picture(&user.avatar),
            initial: shown.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default(),
            role: user.role.as_str(),
            platform: platform.map(|attribute| attribute.as_str().to_owned()).unwrap_or_default(),
            last_login: user.last_login.map(|visit| visit.at.as_millis()),
            enabled: user.status == Status::Enabled,
            until: user.disabled_until.map(Timestamp::as_millis),
            deleted: user.deleted_at.is_some(),
            version: user.version.0,
        }
    }
}

/// A picture that is loaded from here: pages load nothing from elsewhere.
pub(super) fn own_picture(url: &str) -> Option<String> {
    AvatarName::of_url(url).map(|name| name.url(AvatarSize::Small))
}

#[derive(Serialize)]
pub(super) struct UsersView {
    pub(super) query: Query,
    pub(super) users: Vec<Row>,
    /// Where the first page is, unless this is it.
    pub(super) first: Option<String>,
    /// Where the next one is, if there is one.
    pub(super) next: Option<String>,
    /// Where all of them are as a table.
    pub(super) table: String,
}

impl View for UsersView {
    const TEMPLATE: &'static str = "users.html";
}

/// The list.
pub(super) struct Users {
    pub(super) users: Arc<dyn AdminListUsers>,
}

#[async_trait]
impl Page for Users {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let query = Query::of(request);
        let cursor = query.cursor(request.text("after"));
        let viewer = request.signed_in()?.viewing()?;
        let mut users = match query.filter() {
            Some(filter) => self.users.list(viewer, &filter, &cursor, PAGE + 1).await?,
            None => Vec::new(),
        };
        let more = users.len() > PAGE as usize;
        users.truncate(PAGE as usize);
        let next = users.last().filter(|_| more);
        let next = next.map(|last| query.address(FRONT, Some(&query.after(last))));
        let first = (!cursor.is_start()).then(|| query.address(FRONT, None));
        let users = users.iter().map(Row::from).collect();
        let table = query.address("/admin/users.csv", None);
        request.page(pages, StatusCode::OK, &UsersView { query, users, first, next, table })
    }
}

/// What is said about a change.
#[derive(Serialize)]
pub(super) struct Notice {
    pub(super) message: &'static str,
    pub(super) name: String,
    pub(super) undo: Option<Undo>,
}

/// How a change is taken back.
#[derive(Serialize)]
pub(super) struct Undo {
    pub(super) id: i64,
    pub(super) version: i64,
    pub(super) enabled: bool,
}

/// The row as it is now, and what is said about it.
#[derive(Serialize)]
pub(super) struct Toggled {
    pub(super) user: Row,
    pub(super) notice: Notice,
}

impl View for Toggled {
    const TEMPLATE: &'static str = "toggled.html";
}

/// Disables and enables a user.
pub(super) struct Toggle {
    pub(super) toggle: Arc<dyn AdminToggleStatus>,
}

#[async_trait]
impl Page for Toggle {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let command = StatusCommand {
            status: if request.text("enabled") == "1" { Status::Enabled } else { Status::Disabled },
            until: pages.timestamp(request.text("until"))?,
            reason: request.reason()?,
            expected: request.version(),
        };
        let changed = self.toggle.set(operator, request.user()?, command).await;
        if !request.is_htmx {
            changed?;
            return Ok(AdminResponse::see(&request.return_to));
        }
        let (user, answer, undo) = match changed {
            Ok(user) => (user, StatusCode::OK, true),
            Err(AdminRefusal::Conflict(user)) => (*user, StatusCode::CONFLICT, false),
            Err(refusal) => return Err(refusal.into()),
        };
        let row = Row::from(&user);
        let message = match (undo, row.enabled) {
            (false, _) => "conflict",
            (true, true) => "user-enabled",
            (true, false) => "user-disabled",
        };
        let undo = undo.then_some(Undo { id: row.id, version: row.version, enabled: !row.enabled });
        let notice = Notice { message, name: row.username.clone(), undo };
        request.page(pages, answer, &Toggled { user: row, notice })
    }
}

/// From where the old backend had its pages to where they are now. What it changed by opening a page is changed by
/// none.
pub(super) struct LegacyRedirect;

#[async_trait]
impl Page for LegacyRedirect {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let path = request.return_to.split('?').next().unwrap_or_default();
        let rest = path.strip_prefix("/admin/chatuser/").unwrap_or_default();
        let to = match rest.split_once('/') {
            None if rest == "create" => format!("{FRONT}/new"),
            Some(("edit", id)) if id.parse::<i64>().is_ok() => format!("{FRONT}/{id}/edit"),
            Some(("delete", id)) if id.parse::<i64>().is_ok() => format!("{FRONT}/{id}/delete"),
            _ => FRONT.to_owned(),
        };
        Ok(AdminResponse::see(&to))
    }
}

impl AdminRequest {
    /// The user whom the path names.
    ///
    /// # Errors
    /// When the path names no user.
    pub(super) fn user(&self) -> Result<UserId, AdminRefusal> {
        self.id.as_deref().and_then(|id| id.parse().ok()).map(UserId).ok_or(AdminRefusal::NotFound)
    }

    /// The version that the page showed.
    pub(super) fn version(&self) -> Option<Version> {
        self.text("version").parse().map(Version).ok()
    }
}
