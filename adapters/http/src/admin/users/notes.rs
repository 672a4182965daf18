//! What administrators noted about a user.

use std::sync::Arc;

use salvo::async_trait;
use serde::Serialize;
use usher_domain::{NoteText, UserNote};
use usher_ports::inbound::{AdminRefusal, NoteUsers};

use crate::admin::audit::actor_message;
use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::Pages;
use crate::admin::request::AdminRequest;
use crate::admin::response::AdminResponse;

#[derive(Serialize)]
pub(in crate::admin) struct NoteLine {
    pub(in crate::admin) id: i64,
    pub(in crate::admin) by: String,
    /// The key of the actor's name, where it is no administrator.
    pub(in crate::admin) actor_message: Option<&'static str>,
    pub(in crate::admin) at: i64,
    pub(in crate::admin) text: String,
    /// Whether the one who looks may remove it.
    pub(in crate::admin) removable: bool,
}

impl NoteLine {
    /// As this administrator sees it.
    pub(super) fn of(note: &UserNote, request: &AdminRequest) -> Self {
        let (owning, own) = request.administrator.as_ref().map_or((false, false), |administrator| {
            (administrator.owning().is_ok(), administrator.context(note.at).by == note.by)
        });
        Self {
            id: note.id,
            by: note.by.clone(),
            actor_message: actor_message(&note.by),
            at: note.at.as_millis(),
            text: note.text.as_str().to_owned(),
            removable: owning || own,
        }
    }
}

/// Adds one.
pub(in crate::admin) struct AddNote {
    pub(in crate::admin) notes: Arc<dyn NoteUsers>,
}

#[async_trait]
impl Page for AddNote {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let (operator, user) = (request.signed_in()?.operating()?, request.user()?);
        let text = NoteText::parse(request.raw("text")).map_err(|_| Failure::Malformed)?;
        self.notes.add(operator, user, text).await?;
        Ok(AdminResponse::see(&format!("{}#notes", request.page_of(user))))
    }
}

/// Removes one.
pub(in crate::admin) struct RemoveNote {
    pub(in crate::admin) notes: Arc<dyn NoteUsers>,
}

#[async_trait]
impl Page for RemoveNote {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let (operator, user) = (request.signed_in()?.operating()?, request.user()?);
        let note = request.text("note").parse().map_err(|_| AdminRefusal::NotFound)?;
        self.notes.remove(operator, user, note).await?;
        Ok(AdminResponse::see(&format!("{}#notes", request.page_of(user))))
    }
}
