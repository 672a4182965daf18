//! Looks at the fields of the form while they are typed.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::Viewer;
use usher_ports::inbound::{AdminEditUser, AdminRefusal};

use super::{new_password, nickname, username};
use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::{Pages, View};
use crate::admin::request::AdminRequest;
use crate::admin::response::AdminResponse;

/// What is said about a field while it is typed.
#[derive(Serialize)]
pub(in crate::admin) struct Checked {
    pub(in crate::admin) field: &'static str,
    pub(in crate::admin) message: &'static str,
    pub(in crate::admin) good: bool,
}

impl View for Checked {
    const TEMPLATE: &'static str = "checked.html";
}

/// Looks at a field while it is typed. By POST: a password does not belong into an address.
pub(in crate::admin) struct Check {
    pub(in crate::admin) editor: Arc<dyn AdminEditUser>,
}

impl Check {
    async fn username(&self, by: Viewer<'_>, text: &str, own: &str) -> Result<Checked, AdminRefusal> {
        let checked = |message, good| Checked { field: "username", message, good };
        if !own.is_empty() && text == own {
            return Ok(checked("username-kept", true));
        }
        let name = match username(text) {
            Ok(name) => name,
            Err(message) => return Ok(checked(message, false)),
        };
        // A change of case is a change of one's own name.
        let free = name.key().as_str() == own.to_lowercase() || self.editor.is_free(by, &name.key()).await?;
        Ok(if free { checked("username-free", true) } else { checked("username-taken", false) })
    }
}

#[async_trait]
impl Page for Check {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let viewer = request.signed_in()?.viewing()?;
        let checked = match request.text("field") {
            "username" => self.username(viewer, request.text("username"), request.text("own")).await?,
            "nickname" => match nickname(request.text("nickname")) {
                Ok(_) => Checked { field: "nickname", message: "nickname-rule", good: true },
                Err(message) => Checked { field: "nickname", message, good: false },
            },
            "password" => match new_password(request.raw("password"), request.text("username")) {
                Ok(()) => Checked { field: "password", message: "user-password-good", good: true },
                Err(message) => Checked { field: "password", message, good: false },
            },
            _ => return Err(AdminRefusal::NotFound.into()),
        };
        request.page(pages, StatusCode::OK, &checked)
    }
}
