//! All that is kept about one person, as a file.

use std::sync::Arc;

use jiff::Timestamp as JiffTimestamp;
use salvo::async_trait;
use salvo::http::StatusCode;
use serde_json::{Value, json};
use usher_domain::{AuditEntry, DeviceAttribute, Session, Timestamp, UserNote, Visit};
use usher_ports::inbound::{ExportUser, ListedDevice, UserExport};

use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::Pages;
use crate::admin::request::AdminRequest;
use crate::admin::response::{AdminResponse, Content};

/// Exports one user.
pub(in crate::admin) struct ExportOne {
    pub(in crate::admin) export: Arc<dyn ExportUser>,
}

#[async_trait]
impl Page for ExportOne {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let (operator, user) = (request.signed_in()?.operating()?, request.user()?);
        let export = self.export.export(operator, user).await?;
        let file =
            Content::Download { name: format!("user-{user}.json"), json: format!("{:#}\n", all(&export)) };
        Ok(AdminResponse::of(StatusCode::OK, file))
    }
}

/// In RFC 3339.
fn time(at: Timestamp) -> String {
    JiffTimestamp::from_millisecond(at.as_millis()).map(|at| at.to_string()).unwrap_or_default()
}

fn visit(visit: Visit) -> Value {
    json!({"at": time(visit.at), "address": visit.from})
}

fn all(export: &UserExport) -> Value {
    let details = &export.details;
    let (user, profile) = (&details.user, &details.profile);
    json!({
        "account": {
            "id": user.id.0,
            "uuid": user.uuid.to_string(),
            "username": user.username.as_str(),
            "nickname": user.nickname.as_str(),
            "avatar": user.avatar,
            "role": user.role.as_str(),
            "status": user.status.as_str(),
            "mobile": user.contact.mobile,
            "email": user.contact.email,
            "registered": visit(user.registered),
            "last_login": user.last_login.map(visit),
            "deleted_at": user.deleted_at.map(time),
        },
        "ban": {
            "until": user.disabled_until.map(time),
            "reason": user.disabled_reason.as_str(),
            "by": user.disabled_by,
        },
        "profile": {
            "birthday": profile.birthday.map(time),
            "bio": profile.bio,
            "location": profile.location,
            "website": profile.website,
        },
        "devices": details.devices.iter().map(device).collect::<Vec<_>>(),
        "sessions": details.sessions.iter().map(session).collect::<Vec<_>>(),
        "linked_accounts": details.aliases.iter().map(|alias| alias.0).collect::<Vec<_>>(),
        "notes": export.notes.iter().map(note).collect::<Vec<_>>(),
        "history": export.history.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn device(device: &ListedDevice) -> Value {
    let said = |attribute: &Option<DeviceAttribute>| attribute.as_ref().map(|it| it.as_str().to_owned());
    let attributes = &device.attributes;
    json!({
        "id": device.id.as_str(),
        "platform": said(&attributes.platform),
        "brand": said(&attributes.brand),
        "model": said(&attributes.model),
        "os": said(&attributes.os),
        "first_seen": time(device.first_seen),
        "last_seen": time(device.last_seen),
    })
}

fn session(session: &Session) -> Value {
    let origin = session.origin.as_deref();
    json!({
        "role": session.role.as_str(),
        "started_at": time(session.started_at),
        "last_seen": time(session.seen_at),
        "expires_at": time(session.expires_at),
        "address": origin.map(|origin| origin.from),
        "platform": origin.and_then(|origin| origin.platform.as_ref()).map(DeviceAttribute::as_str),
        "device": origin.and_then(|origin| origin.device.as_ref()).map(|tag| tag.short().as_str().to_owned()),
    })
}

fn note(note: &UserNote) -> Value {
    json!({"at": time(note.at), "by": note.by, "text": note.text.as_str()})
}

fn entry(entry: &AuditEntry) -> Value {
    let record = &entry.record;
    json!({
        "at": time(record.at),
        "by": record.by,
        "action": record.action.as_str(),
        "changes": record.changes,
        "reason": record.reason.as_str(),
    })
}
