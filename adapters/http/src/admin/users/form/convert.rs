//! A visitor becomes a registered user.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{ManagedUser, Role};
use usher_ports::inbound::{AdminEditUser, AdminListUsers, AdminRefusal, ConvertUserCommand, UserReference};

use super::{Errors, password, username};
use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::{Pages, View};
use crate::admin::request::{AdminRequest, weakness};
use crate::admin::response::AdminResponse;

/// Who is to be converted, what was typed, and what is wrong with it.
#[derive(Serialize)]
pub(in crate::admin) struct ConvertView {
    pub(in crate::admin) id: i64,
    pub(in crate::admin) version: i64,
    /// The visitor's.
    pub(in crate::admin) name: String,
    pub(in crate::admin) username: String,
    pub(in crate::admin) errors: Errors,
}

impl View for ConvertView {
    const TEMPLATE: &'static str = "convert.html";
}

fn view(user: &ManagedUser, request: &AdminRequest, errors: Errors) -> ConvertView {
    ConvertView {
        id: user.id.0,
        version: user.version.0,
        name: user.username.to_string(),
        username: request.text("username").to_owned(),
        errors,
    }
}

/// The form.
pub(in crate::admin) struct ConvertForm {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
}

#[async_trait]
impl Page for ConvertForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let viewer = request.signed_in()?.viewing()?;
        let user = self.users.find(viewer, &UserReference::Id(request.user()?)).await?;
        if user.role != Role::Visitor {
            return Ok(AdminResponse::see(&request.page_of(user.id)));
        }
        request.page(pages, StatusCode::OK, &view(&user, request, Errors::default()))
    }
}

/// Converts.
pub(in crate::admin) struct Convert {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) editor: Arc<dyn AdminEditUser>,
}

#[async_trait]
impl Page for Convert {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let (operator, id) = (request.signed_in()?.operating()?, request.user()?);
        let (name, secret) = (username(request.text("username")), password(request.raw("password")));
        let mut errors = Errors {
            username: name.as_ref().err().copied(),
            password: secret.as_ref().err().copied(),
            ..Errors::default()
        };
        if let (Ok(username), Ok(password)) = (name, secret) {
            let command = ConvertUserCommand { username, password, expected: request.version() };
            match self.editor.convert(operator, id, command).await {
                Ok(user) => return Ok(AdminResponse::see(&request.page_of(user.id))),
                Err(AdminRefusal::UsernameTaken) => errors.username = Some("username-taken"),
                Err(AdminRefusal::WeakPassword(weak)) => errors.password = Some(weakness(weak)),
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let user = self.users.find(operator.viewing(), &UserReference::Id(id)).await?;
        request.page(pages, errors.status(), &view(&user, request, errors))
    }
}
