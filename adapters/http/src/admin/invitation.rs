//! Where the holder of a one-time link chooses a password.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Invitation, PlainPassword, SessionSecret};
use usher_ports::inbound::{AdminRefusal, InviteAdministrators};

use super::failure::Failure;
use super::guard::{INVITATION, Page};
use super::pages::{Pages, View};
use super::request::{AdminRequest, LOG_IN, weakness};
use super::response::AdminResponse;

#[derive(Serialize)]
pub(super) struct InvitationView<'a> {
    pub(super) key: &'a str,
    pub(super) name: String,
    /// Of a new administrator; none where one who exists gets a new password.
    pub(super) role: Option<&'static str>,
    pub(super) error: Option<&'static str>,
}

impl View for InvitationView<'_> {
    const TEMPLATE: &'static str = "invitation.html";
}

/// The address of a link, where it can be opened.
pub(super) fn link(request: &AdminRequest, secret: &SessionSecret) -> String {
    format!("{}{INVITATION}?key={}", request.origin(), hex::encode(secret.expose()))
}

fn secret(request: &AdminRequest) -> Result<SessionSecret, AdminRefusal> {
    let bytes = hex::decode(request.text("key")).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(SessionSecret::new).ok_or(AdminRefusal::LinkGone)
}

fn page(
    request: &AdminRequest,
    pages: &Pages,
    invitation: &Invitation,
    error: Option<&'static str>,
) -> Result<AdminResponse, Failure> {
    let view = InvitationView {
        key: request.text("key"),
        name: invitation.name.as_str().to_owned(),
        role: invitation.role.map(usher_domain::AdministratorRole::as_str),
        error,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    request.page(pages, status, &view)
}

/// The form.
pub(super) struct InvitationForm(pub(super) Arc<dyn InviteAdministrators>);

#[async_trait]
impl Page for InvitationForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let invitation = self.0.look(&secret(request)?).await?;
        page(request, pages, &invitation, None)
    }
}

/// Uses the link.
pub(super) struct AcceptInvitation(pub(super) Arc<dyn InviteAdministrators>);

#[async_trait]
impl Page for AcceptInvitation {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let secret = secret(request)?;
        let invitation = self.0.look(&secret).await?;
        if request.raw("password") != request.raw("password_again") {
            return page(request, pages, &invitation, Some("error-password-again"));
        }
        let Ok(password) = PlainPassword::for_administrator(request.raw("password")) else {
            return page(request, pages, &invitation, Some("error-password"));
        };
        match self.0.accept(&secret, password, request.from).await {
            Ok(()) => Ok(AdminResponse::see(LOG_IN)),
            Err(AdminRefusal::WeakPassword(weak)) => page(request, pages, &invitation, Some(weakness(weak))),
            Err(refusal) => Err(refusal.into()),
        }
    }
}
