//! Users: who there is, and who may stay.

use std::sync::Arc;

use jiff::Timestamp as Moment;
use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Keyword, Role, Status, User, UserId, Version};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, AdminToggleStatus, UserName};
use usher_ports::outbound::UserFilter;

use super::call::{Answer, Call, FRONT};
use super::guard::Page;
use super::pages::{Pages, View};

/// How many stand on a page.
const PAGE: u32 = 50;

#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) username: String,
    pub(super) nickname: String,
    pub(super) role: &'static str,
    /// As machines read it, and as people do, in UTC.
    pub(super) last_login: Option<String>,
    pub(super) last_login_shown: String,
    pub(super) enabled: bool,
    pub(super) deleted: bool,
    pub(super) version: i64,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        let last = user.last_login.and_then(|visit| Moment::from_millisecond(visit.at.as_millis()).ok());
        Self {
            id: user.id.0,
            username: user.username.to_string(),
            nickname: user.nickname.to_string(),
            role: user.role.as_str(),
            last_login: last.map(|moment| moment.to_string()),
            last_login_shown: last
                .map(|moment| moment.strftime("%Y-%m-%d %H:%M UTC").to_string())
                .unwrap_or_default(),
            enabled: user.status == Status::Enabled,
            deleted: user.deleted,
            version: user.version.0,
        }
    }
}

/// What was asked for, as it stands in the address.
#[derive(Default, Serialize)]
pub(super) struct Query {
    pub(super) q: String,
    pub(super) role: String,
    pub(super) state: String,
}

impl Query {
    fn of(call: &Call) -> Self {
        let field = |name| call.text(name).to_owned();
        Self { q: field("q"), role: field("role"), state: field("state") }
    }

    fn filter(&self) -> UserFilter {
        UserFilter {
            role: self.role.parse::<Role>().ok(),
            status: match self.state.as_str() {
                "enabled" => Some(Status::Enabled),
                "disabled" => Some(Status::Disabled),
                _ => None,
            },
            name: Keyword::parse(&self.q).ok(),
        }
    }

    /// Where this is found, from below an id on.
    fn address(&self, before: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("role", &self.role), ("state", &self.state)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() { FRONT.to_owned() } else { format!("{FRONT}?{query}") }
    }
}

#[derive(Serialize)]
pub(super) struct UsersView {
    pub(super) query: Query,
    pub(super) users: Vec<Row>,
    /// Where the first page is, unless this is it.
    pub(super) first: Option<String>,
    /// Where the next one is, if there is one.
    pub(super) next: Option<String>,
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
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, AdminRefusal> {
        let (query, before) = (Query::of(call), call.text("before").parse().ok());
        let viewer = call.signed_in()?.viewing();
        let filter = query.filter();
        // What cannot be a part of a name is in none.
        let mut users = if query.q.is_empty() || filter.name.is_some() {
            self.users.list(viewer, &filter, before.map(UserId), PAGE + 1).await?
        } else {
            Vec::new()
        };
        // A whole number, uuid or name of a visitor, which are not looked for by a part.
        if !query.q.is_empty() && before.is_none() {
            match self.users.find(viewer, &UserName::parse(&query.q)).await {
                Ok(user) if users.iter().all(|other| other.id != user.id) => users.insert(0, user),
                Ok(_) | Err(AdminRefusal::NotFound) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let more = users.len() > PAGE as usize;
        users.truncate(PAGE as usize);
        let next = users.last().filter(|_| more).map(|last| query.address(Some(last.id.0)));
        let first = before.map(|_| query.address(None));
        let users = users.iter().map(Row::from).collect();
        call.page(pages, StatusCode::OK, &UsersView { query, users, first, next })
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

/// Switches somebody off or on.
pub(super) struct Toggle {
    pub(super) toggle: Arc<dyn AdminToggleStatus>,
}

#[async_trait]
impl Page for Toggle {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, AdminRefusal> {
        let operator = call.signed_in()?.operating()?;
        let id = call.id.as_deref().and_then(|id| id.parse().ok()).ok_or(AdminRefusal::NotFound)?;
        let version = call.text("version").parse().map(Version).ok();
        let status = if call.text("enabled") == "1" { Status::Enabled } else { Status::Disabled };
        let changed = self.toggle.set(operator, UserId(id), status, version).await;
        if !call.in_page {
            changed?;
            return Ok(Answer::see(&call.here));
        }
        let (user, answer, undo) = match changed {
            Ok(user) => (user, StatusCode::OK, true),
            Err(AdminRefusal::Conflict(user)) => (*user, StatusCode::CONFLICT, false),
            Err(refusal) => return Err(refusal),
        };
        let row = Row::from(&user);
        let message = match (undo, row.enabled) {
            (false, _) => "conflict",
            (true, true) => "switched-on",
            (true, false) => "switched-off",
        };
        let undo = undo.then_some(Undo { id: row.id, version: row.version, enabled: !row.enabled });
        let notice = Notice { message, name: row.username.clone(), undo };
        call.page(pages, answer, &Toggled { user: row, notice })
    }
}

/// The front page, from where the old backend had it.
pub(super) struct Home;

#[async_trait]
impl Page for Home {
    async fn answer(&self, _: &Call, _: &Pages) -> Result<Answer, AdminRefusal> {
        Ok(Answer::see(FRONT))
    }
}
