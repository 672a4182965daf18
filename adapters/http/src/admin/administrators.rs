//! Who may administrate: for owners.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AdministratorName, AdministratorRole, Invitation, SessionSecret, Timestamp};
use usher_ports::inbound::{AdminRefusal, InviteAdministrators, ManageAdministrators};

use super::failure::Failure;
use super::guard::Page;
use super::invitation::link;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;

/// Where they are.
const PATH: &str = "/admin/administrators";

/// An administrator, as the page shows them.
#[derive(Serialize)]
pub(super) struct AdministratorRow {
    pub(super) name: String,
    pub(super) role: &'static str,
    /// In Unix milliseconds.
    pub(super) created: i64,
    pub(super) last_login: Option<i64>,
    pub(super) second_factor: bool,
    /// Whether the role requires one that is missing.
    pub(super) factor_missing: bool,
}

#[derive(Serialize)]
pub(super) struct AdministratorsView {
    pub(super) administrators: Vec<AdministratorRow>,
    pub(super) roles: Vec<&'static str>,
    /// What was typed, if something was wrong with it.
    pub(super) name: String,
    pub(super) role: &'static str,
    pub(super) error: Option<&'static str>,
    /// The links that were not used yet.
    pub(super) invitations: Vec<InvitationLine>,
    /// The link that was made just now: it is shown once.
    pub(super) link: Option<String>,
}

/// A link that was not used yet.
#[derive(Serialize)]
pub(super) struct InvitationLine {
    pub(super) name: String,
    /// None for a new password.
    pub(super) role: Option<&'static str>,
    pub(super) by: String,
    pub(super) expires: i64,
}

impl InvitationLine {
    fn of(invitation: &Invitation) -> Self {
        Self {
            name: invitation.name.as_str().to_owned(),
            role: invitation.role.map(AdministratorRole::as_str),
            by: invitation.by.clone(),
            expires: invitation.expires_at.as_millis(),
        }
    }
}

impl View for AdministratorsView {
    const TEMPLATE: &'static str = "administrators.html";
}

/// What the page calls.
#[derive(Clone)]
pub(super) struct AdministratorsPorts {
    pub(super) manage: Arc<dyn ManageAdministrators>,
    pub(super) invite: Arc<dyn InviteAdministrators>,
}

/// All of them, and the forms.
pub(super) struct Administrators(pub(super) AdministratorsPorts);

/// Makes a link for a new one.
pub(super) struct Invite(pub(super) AdministratorsPorts);

/// Makes a link that gives one a new password.
pub(super) struct MakeResetLink(pub(super) AdministratorsPorts);

/// Makes a link stop working.
pub(super) struct WithdrawInvitation(pub(super) AdministratorsPorts);

/// Gives one another role.
pub(super) struct ChangeAdministratorRole(pub(super) AdministratorsPorts);

/// Removes one.
pub(super) struct RemoveAdministrator(pub(super) AdministratorsPorts);

/// What is said on the page beside the list.
#[derive(Default)]
struct Said {
    error: Option<&'static str>,
    link: Option<String>,
}

async fn page(
    ports: &AdministratorsPorts,
    said: Said,
    request: &AdminRequest,
    pages: &Pages,
) -> Result<AdminResponse, Failure> {
    let owner = request.signed_in()?.owning()?;
    let (all, pending) = (ports.manage.list(owner).await?, ports.invite.pending(owner).await?);
    let requirement = ports.manage.requirement();
    let rows = all.iter().map(|account| AdministratorRow {
        name: account.name.as_str().to_owned(),
        role: account.role.as_str(),
        created: account.created_at.as_millis(),
        last_login: account.last_login_at.map(Timestamp::as_millis),
        second_factor: account.second_factor,
        factor_missing: !account.second_factor && requirement.applies_to(account.role),
    });
    let view = AdministratorsView {
        administrators: rows.collect(),
        roles: AdministratorRole::ALL.map(AdministratorRole::as_str).into(),
        name: request.text("username").to_owned(),
        role: role(request).as_str(),
        invitations: pending.iter().map(InvitationLine::of).collect(),
        link: said.link,
        error: said.error,
    };
    let status = if view.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    request.page(pages, status, &view)
}

/// The least, if none is chosen.
fn role(request: &AdminRequest) -> AdministratorRole {
    request.text("role").parse().unwrap_or(AdministratorRole::Viewer)
}

fn named(request: &AdminRequest) -> Result<AdministratorName, &'static str> {
    AdministratorName::parse(request.text("username")).map_err(|_| "error-name")
}

/// Back to the page, or to what was wrong on it, or to the link that was made.
async fn done(
    outcome: Result<Option<SessionSecret>, AdminRefusal>,
    ports: &AdministratorsPorts,
    request: &AdminRequest,
    pages: &Pages,
) -> Result<AdminResponse, Failure> {
    let said = match outcome {
        Ok(None) => return Ok(AdminResponse::see(PATH)),
        Ok(Some(secret)) => Said { link: Some(link(request, &secret)), ..Said::default() },
        Err(AdminRefusal::NameTaken) => Said { error: Some("username-taken"), ..Said::default() },
        Err(AdminRefusal::LastOwner) => Said { error: Some("last-owner"), ..Said::default() },
        Err(refusal) => return Err(refusal.into()),
    };
    page(ports, said, request, pages).await
}

#[async_trait]
impl Page for Administrators {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        page(&self.0, Said::default(), request, pages).await
    }
}

#[async_trait]
impl Page for Invite {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        match named(request) {
            Ok(name) => {
                let made = self.0.invite.invite(owner, name, role(request)).await;
                done(made.map(Some), &self.0, request, pages).await
            }
            Err(error) => page(&self.0, Said { error: Some(error), link: None }, request, pages).await,
        }
    }
}

#[async_trait]
impl Page for MakeResetLink {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        let name = named(request).map_err(|_| AdminRefusal::NotFound)?;
        done(self.0.invite.reset(owner, name).await.map(Some), &self.0, request, pages).await
    }
}

#[async_trait]
impl Page for WithdrawInvitation {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        let name = named(request).map_err(|_| AdminRefusal::NotFound)?;
        let withdrawn = self.0.invite.withdraw(owner, &name).await;
        done(withdrawn.map(|()| None), &self.0, request, pages).await
    }
}

#[async_trait]
impl Page for ChangeAdministratorRole {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        let name = named(request).map_err(|_| AdminRefusal::NotFound)?;
        let role = request.text("role").parse().map_err(|_| Failure::Malformed)?;
        let changed = self.0.manage.set_role(owner, &name, role).await;
        done(changed.map(|()| None), &self.0, request, pages).await
    }
}

#[async_trait]
impl Page for RemoveAdministrator {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        let name = named(request).map_err(|_| AdminRefusal::NotFound)?;
        let removed = self.0.manage.remove(owner, &name).await;
        done(removed.map(|()| None), &self.0, request, pages).await
    }
}
