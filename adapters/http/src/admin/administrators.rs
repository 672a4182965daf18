//! Who may administrate: for owners.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AdministratorName, AdministratorRole, PlainPassword, Timestamp};
use usher_ports::inbound::{AdminRefusal, ManageAdministrators};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::{AdminRequest, weakness};
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
}

#[derive(Serialize)]
pub(super) struct AdministratorsView {
    pub(super) administrators: Vec<AdministratorRow>,
    pub(super) roles: Vec<&'static str>,
    /// What was typed, if something was wrong with it.
    pub(super) name: String,
    pub(super) role: &'static str,
    pub(super) error: Option<&'static str>,
}

impl View for AdministratorsView {
    const TEMPLATE: &'static str = "administrators.html";
}

/// All of them, and the forms.
pub(super) struct Administrators(pub(super) Arc<dyn ManageAdministrators>);

/// Adds one.
pub(super) struct AddAdministrator(pub(super) Arc<dyn ManageAdministrators>);

/// Gives one a new password, ends their sessions and turns their second factor off.
pub(super) struct ResetAdministrator(pub(super) Arc<dyn ManageAdministrators>);

/// Removes one.
pub(super) struct RemoveAdministrator(pub(super) Arc<dyn ManageAdministrators>);

async fn page(
    administrators: &Arc<dyn ManageAdministrators>,
    error: Option<&'static str>,
    request: &AdminRequest,
    pages: &Pages,
) -> Result<AdminResponse, Failure> {
    let all = administrators.list(request.signed_in()?.owning()?).await?;
    let rows = all.iter().map(|account| AdministratorRow {
        name: account.name.as_str().to_owned(),
        role: account.role.as_str(),
        created: account.created_at.as_millis(),
        last_login: account.last_login_at.map(Timestamp::as_millis),
        second_factor: account.second_factor,
    });
    let view = AdministratorsView {
        administrators: rows.collect(),
        roles: AdministratorRole::ALL.map(AdministratorRole::as_str).into(),
        name: request.text("username").to_owned(),
        role: role(request).as_str(),
        error,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    request.page(pages, status, &view)
}

/// The least, if none is chosen.
fn role(request: &AdminRequest) -> AdministratorRole {
    request.text("role").parse().unwrap_or(AdministratorRole::Viewer)
}

fn named(request: &AdminRequest) -> Result<AdministratorName, &'static str> {
    AdministratorName::parse(request.text("username")).map_err(|_| "error-name")
}

fn password(request: &AdminRequest) -> Result<PlainPassword, &'static str> {
    PlainPassword::for_administrator(request.raw("password")).map_err(|_| "error-password")
}

/// Back to the page, or to what was wrong on it.
async fn done(
    outcome: Result<(), AdminRefusal>,
    administrators: &Arc<dyn ManageAdministrators>,
    request: &AdminRequest,
    pages: &Pages,
) -> Result<AdminResponse, Failure> {
    match outcome {
        Ok(()) => Ok(AdminResponse::see(PATH)),
        Err(AdminRefusal::NameTaken) => page(administrators, Some("username-taken"), request, pages).await,
        Err(AdminRefusal::WeakPassword(weak)) => {
            page(administrators, Some(weakness(weak)), request, pages).await
        }
        Err(AdminRefusal::LastOwner) => page(administrators, Some("last-owner"), request, pages).await,
        Err(refusal) => Err(refusal.into()),
    }
}

#[async_trait]
impl Page for Administrators {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        page(&self.0, None, request, pages).await
    }
}

#[async_trait]
impl Page for AddAdministrator {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        match (named(request), password(request)) {
            (Ok(name), Ok(password)) => {
                let added = self.0.add(owner, name, role(request), password).await;
                done(added.map(drop), &self.0, request, pages).await
            }
            (Err(error), _) | (_, Err(error)) => page(&self.0, Some(error), request, pages).await,
        }
    }
}

#[async_trait]
impl Page for ResetAdministrator {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        match (named(request), password(request)) {
            (Ok(name), Ok(password)) => {
                done(self.0.reset(owner, &name, password).await, &self.0, request, pages).await
            }
            (Err(error), _) | (_, Err(error)) => page(&self.0, Some(error), request, pages).await,
        }
    }
}

#[async_trait]
impl Page for RemoveAdministrator {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let owner = request.signed_in()?.owning()?;
        let name = named(request).map_err(|_| AdminRefusal::NotFound)?;
        done(self.0.remove(owner, &name).await, &self.0, request, pages).await
    }
}
