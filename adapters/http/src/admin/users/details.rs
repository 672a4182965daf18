//! One user: what is known, and what can be done.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{
    AuditFilter, DeviceAttribute, DeviceAttributes, DeviceTag, ManagedUser, Session, Timestamp, UserFilter,
    UserOrder, Viewer,
};
use usher_ports::inbound::{
    AdminDeleteUser, AdminEndSessions, AdminListUsers, AdminRefusal, AdminRevealDevices, ManageBulkJobs,
    NoteUsers, ReviewAudit, UserDetails, UserReference,
};

use super::super::audit::Line;
use super::super::bulk_jobs::{JobLine, of_user};
use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::{Pages, View};
use super::super::request::{AdminRequest, session_id};
use super::super::response::AdminResponse;
use super::Row;
use super::notes::NoteLine;

/// How many related accounts a page shows.
const RELATED: u32 = 20;

/// How much of a user's history their page shows.
const HISTORY: u32 = 20;

#[derive(Serialize)]
pub(in crate::admin) struct DetailsView {
    pub(in crate::admin) user: Row,
    /// What is known, each with the key of its name.
    pub(in crate::admin) attributes: Vec<(&'static str, String)>,
    /// Timestamps in Unix milliseconds, each with the key of its name.
    pub(in crate::admin) timestamps: Vec<(&'static str, i64)>,
    pub(in crate::admin) devices: Vec<DeviceLine>,
    pub(in crate::admin) sessions: Vec<SessionLine>,
    pub(in crate::admin) aliases: Vec<i64>,
    pub(in crate::admin) notes: Vec<NoteLine>,
    /// Other accounts from the same sign-up address, the newest first.
    pub(in crate::admin) related: Vec<Row>,
    pub(in crate::admin) history: Vec<Line>,
    /// The changes of many users that changed this one.
    pub(in crate::admin) jobs: Vec<JobLine>,
}

#[derive(Serialize)]
pub(in crate::admin) struct DeviceLine {
    pub(in crate::admin) id: String,
    /// What it can be banned by.
    pub(in crate::admin) tag: String,
    pub(in crate::admin) about: String,
    pub(in crate::admin) first: i64,
    pub(in crate::admin) last: i64,
}

#[derive(Serialize)]
pub(in crate::admin) struct SessionLine {
    pub(in crate::admin) id: String,
    pub(in crate::admin) role: &'static str,
    pub(in crate::admin) started: i64,
    pub(in crate::admin) seen: i64,
    pub(in crate::admin) expires: i64,
    /// Where it was opened; empty where that is not known.
    pub(in crate::admin) device: String,
    pub(in crate::admin) platform: String,
    pub(in crate::admin) from: String,
}

impl SessionLine {
    fn of(session: &Session) -> Self {
        let origin = session.origin.as_deref();
        let device = origin.and_then(|origin| origin.device.as_ref());
        let platform = origin.and_then(|origin| origin.platform.as_ref());
        Self {
            id: hex::encode(session.id.as_bytes()),
            role: session.role.as_str(),
            started: session.started_at.as_millis(),
            seen: session.seen_at.as_millis(),
            expires: session.expires_at.as_millis(),
            device: device.map(|device| device.short().as_str().to_owned()).unwrap_or_default(),
            platform: platform.map(|platform| platform.as_str().to_owned()).unwrap_or_default(),
            from: origin.map(|origin| origin.from.to_string()).unwrap_or_default(),
        }
    }
}

impl View for DetailsView {
    const TEMPLATE: &'static str = "user.html";
}

/// The known data of a user.
fn attributes(details: &UserDetails) -> Vec<(&'static str, String)> {
    let (user, profile) = (&details.user, &details.profile);
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let address = |from: Option<std::net::IpAddr>| from.map(|from| from.to_string()).unwrap_or_default();
    let attributes = [
        ("id", user.id.to_string()),
        ("uuid", user.uuid.to_string()),
        ("nickname", user.nickname.to_string()),
        ("mobile", known(&user.contact.mobile)),
        ("email", known(&user.contact.email)),
        ("bio", known(&profile.bio)),
        ("location", known(&profile.location)),
        ("website", known(&profile.website)),
        ("registered-from", address(user.registered.from)),
        ("last-login-from", address(user.last_login.and_then(|visit| visit.from))),
    ];
    attributes.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn timestamps(user: &ManagedUser) -> Vec<(&'static str, i64)> {
    let timestamps = [
        ("registered", Some(user.registered.at)),
        ("last-login", user.last_login.map(|visit| visit.at)),
        ("disabled-until", user.disabled_until),
        ("deleted-at", user.deleted_at),
    ];
    timestamps.into_iter().filter_map(|(key, at)| Some((key, at?.as_millis()))).collect()
}

fn about(attributes: &DeviceAttributes) -> String {
    let parts = [&attributes.platform, &attributes.brand, &attributes.model, &attributes.os];
    let known: Vec<&str> = parts.into_iter().flatten().map(DeviceAttribute::as_str).collect();
    known.join(" · ")
}

/// A user's page.
pub(in crate::admin) struct Details {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) notes: Arc<dyn NoteUsers>,
    pub(in crate::admin) audit: Arc<dyn ReviewAudit>,
    pub(in crate::admin) jobs: Arc<dyn ManageBulkJobs>,
}

#[async_trait]
impl Page for Details {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let viewer = request.signed_in()?.viewing()?;
        let details = self.users.details(viewer, request.user()?).await?;
        let filter = AuditFilter { user: Some(details.user.id), ..AuditFilter::default() };
        let history = self.audit.list(viewer, &filter, None, HISTORY).await?;
        let related = self.related(viewer, &details.user).await?;
        let notes = self.notes.list(viewer, details.user.id).await?;
        let (millis, zone) = (Timestamp::as_millis, request.zone(pages));
        let view = DetailsView {
            user: Row::from(&details.user),
            attributes: attributes(&details),
            timestamps: timestamps(&details.user),
            devices: details
                .devices
                .iter()
                .map(|seen| DeviceLine {
                    id: seen.id.as_str().to_owned(),
                    tag: seen.tag.as_str().to_owned(),
                    about: about(&seen.attributes),
                    first: millis(seen.first_seen),
                    last: millis(seen.last_seen),
                })
                .collect(),
            sessions: details.sessions.iter().map(SessionLine::of).collect(),
            aliases: details.aliases.iter().map(|alias| alias.0).collect(),
            related: related.iter().map(Row::from).collect(),
            notes: notes.iter().map(|note| NoteLine::of(note, request)).collect(),
            jobs: of_user(&self.jobs, viewer, details.user.id).await?,
            history: history.iter().map(|entry| Line::of(entry, &zone)).collect(),
        };
        request.page(pages, StatusCode::OK, &view)
    }
}

impl Details {
    /// Other accounts that were registered from the same address.
    async fn related(&self, by: Viewer<'_>, user: &ManagedUser) -> Result<Vec<ManagedUser>, AdminRefusal> {
        let Some(address) = user.registered.from else { return Ok(Vec::new()) };
        let filter = UserFilter { registered_from: Some(address), ..UserFilter::default() };
        let mut found = self.users.list(by, &filter, &UserOrder::Newest.start(), RELATED + 1).await?;
        found.retain(|other| other.id != user.id);
        found.truncate(RELATED as usize);
        Ok(found)
    }
}

/// Whole device ids.
#[derive(Serialize)]
pub(in crate::admin) struct DevicesView {
    pub(in crate::admin) user: Row,
    pub(in crate::admin) devices: Vec<DeviceLine>,
}

impl View for DevicesView {
    const TEMPLATE: &'static str = "devices.html";
}

/// Shows them. By POST, since it leaves something behind: an entry in the audit log.
pub(in crate::admin) struct Reveal {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) reveal: Arc<dyn AdminRevealDevices>,
}

#[async_trait]
impl Page for Reveal {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let user = self.users.find(operator.viewing(), &UserReference::Id(request.user()?)).await?;
        let devices = self.reveal.reveal(operator, user.id).await?;
        let devices = devices.iter().map(|seen| DeviceLine {
            id: seen.device.id.as_str().to_owned(),
            tag: DeviceTag::of(&seen.device.id).as_str().to_owned(),
            about: about(&seen.device.attributes),
            first: seen.first_seen.as_millis(),
            last: seen.last_seen.as_millis(),
        });
        let view = DevicesView { user: Row::from(&user), devices: devices.collect() };
        request.page(pages, StatusCode::OK, &view)
    }
}

/// Asks for confirmation before a user is deleted.
#[derive(Serialize)]
pub(in crate::admin) struct DeleteView {
    pub(in crate::admin) user: Row,
}

impl View for DeleteView {
    const TEMPLATE: &'static str = "delete.html";
}

/// The question.
pub(in crate::admin) struct DeleteForm {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
}

#[async_trait]
impl Page for DeleteForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let viewer = request.signed_in()?.viewing()?;
        let user = self.users.find(viewer, &UserReference::Id(request.user()?)).await?;
        request.page(pages, StatusCode::OK, &DeleteView { user: Row::from(&user) })
    }
}

/// Deletes a user.
pub(in crate::admin) struct Delete {
    pub(in crate::admin) delete: Arc<dyn AdminDeleteUser>,
}

#[async_trait]
impl Page for Delete {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let user =
            self.delete.delete(operator, request.user()?, request.version(), request.reason()?).await?;
        Ok(AdminResponse::see(&request.page_of(user.id)))
    }
}

/// Restores a user.
pub(in crate::admin) struct Restore {
    pub(in crate::admin) delete: Arc<dyn AdminDeleteUser>,
}

#[async_trait]
impl Page for Restore {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let user = self.delete.restore(operator, request.user()?, request.version()).await?;
        let from_list = request.text("back") == request.list();
        Ok(AdminResponse::see(&if from_list { request.list().to_owned() } else { request.page_of(user.id) }))
    }
}

/// Ends one session of a user, or all of them.
pub(in crate::admin) struct End {
    pub(in crate::admin) end: Arc<dyn AdminEndSessions>,
}

#[async_trait]
impl Page for End {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let session = match request.text("session") {
            "" => None,
            text => Some(session_id(text).ok_or(AdminRefusal::NotFound)?),
        };
        let user = request.user()?;
        self.end.end(operator, user, session).await?;
        Ok(AdminResponse::see(&request.page_of(user)))
    }
}
