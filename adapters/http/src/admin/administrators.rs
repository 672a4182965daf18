//! Who may administrate: for owners.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AdministratorName, AdministratorRole, PlainPassword, Timestamp};
use usher_ports::inbound::{AdminRefusal, ManageAdministrators};

use super::call::{Answer, Call, weakness};
use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};

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
    call: &Call,
    pages: &Pages,
) -> Result<Answer, Failure> {
    let all = administrators.list(call.signed_in()?.owning()?).await?;
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
        name: call.text("username").to_owned(),
        role: role(call).as_str(),
        error,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    call.page(pages, status, &view)
}

/// The least, if none is chosen.
fn role(call: &Call) -> AdministratorRole {
    call.text("role").parse().unwrap_or(AdministratorRole::Viewer)
}

fn named(call: &Call) -> Result<AdministratorName, &'static str> {
    AdministratorName::parse(call.text("username")).map_err(|_| "error-name")
}

fn password(call: &Call) -> Result<PlainPassword, &'static str> {
    PlainPassword::for_administrator(call.raw("password")).map_err(|_| "error-password")
}

/// Back to the page, or to what was wrong on it.
async fn done(
    outcome: Result<(), AdminRefusal>,
    administrators: &Arc<dyn ManageAdministrators>,
    call: &Call,
    pages: &Pages,
) -> Result<Answer, Failure> {
    match outcome {
        Ok(()) => Ok(Answer::see(PATH)),
        Err(AdminRefusal::NameTaken) => page(administrators, Some("username-taken"), call, pages).await,
        Err(AdminRefusal::WeakPassword(weak)) => {
            page(administrators, Some(weakness(weak)), call, pages).await
        }
        Err(AdminRefusal::LastOwner) => page(administrators, Some("last-owner"), call, pages).await,
        Err(refusal) => Err(refusal.into()),
    }
}

#[async_trait]
impl Page for Administrators {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        page(&self.0, None, call, pages).await
    }
}

#[async_trait]
impl Page for AddAdministrator {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        let owner = call.signed_in()?.owning()?;
        match (named(call), password(call)) {
            (Ok(name), Ok(password)) => {
                let added = self.0.add(owner, name, role(call), password).await;
                done(added.map(drop), &self.0, call, pages).await
            }
            (Err(error), _) | (_, Err(error)) => page(&self.0, Some(error), call, pages).await,
        }
    }
}

#[async_trait]
impl Page for ResetAdministrator {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        let owner = call.signed_in()?.owning()?;
        match (named(call), password(call)) {
            (Ok(name), Ok(password)) => {
                done(self.0.reset(owner, &name, password).await, &self.0, call, pages).await
            }
            (Err(error), _) | (_, Err(error)) => page(&self.0, Some(error), call, pages).await,
        }
    }
}

#[async_trait]
impl Page for RemoveAdministrator {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        let owner = call.signed_in()?.owning()?;
        let name = named(call).map_err(|_| AdminRefusal::NotFound)?;
        done(self.0.remove(owner, &name).await, &self.0, call, pages).await
    }
}
