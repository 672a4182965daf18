//! Users: a row of the list, and the switch in it.

pub(super) mod bulk;
pub(super) mod demo;
pub(super) mod details;
pub(super) mod devices;
pub(super) mod export;
pub(super) mod export_one;
pub(super) mod form;
pub(super) mod list;
pub(super) mod notes;
mod notice;
mod query;

use std::sync::Arc;
use std::time::Duration;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AvatarName, AvatarSize, BanEnd, ManagedUser, Status, Timestamp, UserId, Version};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, AdminToggleStatus, StatusCommand, UserReference};

use super::audit::actor_message;
use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, initial};
use super::request::{AdminRequest, FRONT};
use super::response::AdminResponse;
#[cfg(any(test, debug_assertions))]
pub(super) use notice::Undo;
pub(super) use notice::{Ban, Notice, Toggled};
pub(super) use query::{FilterPart, Query};

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
    /// Its colour, one of eight, by the name.
    pub(super) hue: u32,
    pub(super) role: &'static str,
    pub(super) platform: String,
    /// In Unix milliseconds.
    pub(super) registered: i64,
    pub(super) last_login: Option<i64>,
    pub(super) enabled: bool,
    /// When it is enabled by itself, in Unix milliseconds.
    pub(super) until: Option<i64>,
    /// Why and by whom it is disabled.
    pub(super) reason: String,
    pub(super) by: String,
    /// The message shown instead of a name, if that actor has none.
    pub(super) actor_message: Option<&'static str>,
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
            initial: initial(shown),
            hue: user.username.as_str().chars().map(u32::from).fold(0, u32::wrapping_add) % 8,
            role: user.role.as_str(),
            platform: platform.map(|attribute| attribute.as_str().to_owned()).unwrap_or_default(),
            registered: user.registered.at.as_millis(),
            last_login: user.last_login.map(|visit| visit.at.as_millis()),
            enabled: user.status == Status::Enabled,
            until: user.disabled_until.map(Timestamp::as_millis),
            reason: user.disabled_reason.as_str().to_owned(),
            by: user.disabled_by.clone(),
            actor_message: actor_message(&user.disabled_by),
            deleted: user.deleted_at.is_some(),
            version: user.version.0,
        }
    }
}

/// A picture that is loaded from here: pages load nothing from elsewhere.
pub(super) fn own_picture(url: &str) -> Option<String> {
    AvatarName::of_url(url).map(|name| name.url(AvatarSize::Small))
}

/// Disables and enables a user.
pub(super) struct Toggle {
    pub(super) users: Arc<dyn AdminListUsers>,
    pub(super) toggle: Arc<dyn AdminToggleStatus>,
}

#[async_trait]
impl Page for Toggle {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let (id, enables) = (request.user()?, request.text("enabled") == "1");
        let command = StatusCommand {
            status: if enables { Status::Enabled } else { Status::Disabled },
            until: ban_end(request, pages)?,
            reason: request.reason()?,
            spares_bans: false,
            expected: request.version(),
        };
        // What enabling ends is what Undo brings back.
        let before = if enables {
            Ban::of(&self.users.find(operator.viewing(), &UserReference::Id(id)).await?)
        } else {
            Ban::default()
        };
        let changed = self.toggle.set(operator, id, command).await;
        if !request.is_htmx {
            return Ok(AdminResponse::see(&told(&request.return_to, &changed?, &before)));
        }
        let (user, answer, undo) = match changed {
            Ok(user) => (user, StatusCode::OK, true),
            Err(AdminRefusal::Conflict(user)) => (*user, StatusCode::CONFLICT, false),
            Err(refusal) => return Err(refusal.into()),
        };
        let notice = if undo { Notice::changed(&user, before) } else { Notice::conflict(&user) };
        request.page(pages, answer, &Toggled { user: Row::from(&user), notice })
    }
}

/// When a ban ends: a term that was chosen, an exact time that Undo brings back, or a time that was typed in the zone of
/// the administrator.
pub(super) fn ban_end(request: &AdminRequest, pages: &Pages) -> Result<BanEnd, Failure> {
    let hours = match request.text("term") {
        "1h" => 1,
        "24h" => 24,
        "7d" => 7 * 24,
        "30d" => 30 * 24,
        "" => {
            let exact = request.text("ends").parse().ok().map(Timestamp::from_millis);
            let end = exact.map_or_else(
                || Pages::timestamp(request.text("until"), &request.zone(pages)),
                |at| Ok(Some(at)),
            );
            return Ok(end?.map_or(BanEnd::Never, BanEnd::At));
        }
        _ => return Err(Failure::Malformed),
    };
    Ok(BanEnd::After(Duration::from_hours(hours)))
}

/// Where the list tells of a change, for browsers that load it again.
fn told(list: &str, user: &ManagedUser, before: &Ban) -> String {
    if list.split('?').next() != Some(FRONT) {
        return list.to_owned();
    }
    let joint = if list.contains('?') { '&' } else { '?' };
    let mut changed = form_urlencoded::Serializer::new(String::new());
    changed.append_pair("changed", &format!("{}.{}.{before}", user.id, user.version.0));
    format!("{list}{joint}{}", changed.finish())
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
