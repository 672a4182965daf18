//! Bans of devices, addresses and networks: their list, and the form that makes one.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{
    AccessBan, AccessBanId, BanTarget, DeviceId, InvalidBanTarget, Timestamp, UserId, Viewer,
};
use usher_ports::inbound::{AccessBanCommand, AccessBanOutcome, AdminRefusal, BannedOwner, ManageAccessBans};

use super::audit::actor_message;
use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;
use super::users::ban_end;

/// Where the page is.
const BANS: &str = "/admin/bans";

/// How many bans a page shows.
const PAGE: u32 = 50;

#[derive(Serialize)]
pub(in crate::admin) struct BansView {
    pub(in crate::admin) bans: Vec<BanLine>,
    /// Where the next page is, if there is one.
    pub(in crate::admin) next: Option<String>,
    /// What was typed, or chosen on a user's page.
    pub(in crate::admin) target: String,
    pub(in crate::admin) user: String,
    pub(in crate::admin) reason: String,
    /// What is wrong with it.
    pub(in crate::admin) error: Option<&'static str>,
    /// The ban that was lifted just now, to be made again by Undo.
    pub(in crate::admin) lifted: Option<BanLine>,
}

impl View for BansView {
    const TEMPLATE: &'static str = "bans.html";
}

#[derive(Serialize)]
pub(in crate::admin) struct BanLine {
    pub(in crate::admin) id: i64,
    /// For forms.
    pub(in crate::admin) key: String,
    /// For people.
    pub(in crate::admin) target: String,
    /// The key of its name.
    pub(in crate::admin) kind: &'static str,
    pub(in crate::admin) reason: String,
    pub(in crate::admin) until: Option<i64>,
    pub(in crate::admin) by: String,
    /// The key of the actor's name, where it is no administrator.
    pub(in crate::admin) actor_message: Option<&'static str>,
    pub(in crate::admin) at: i64,
}

impl From<&AccessBan> for BanLine {
    fn from(ban: &AccessBan) -> Self {
        let kind = match &ban.target {
            BanTarget::Device(_) => "ban-device",
            BanTarget::Network(network) if network.prefix_len() == network.max_prefix_len() => "ban-address",
            BanTarget::Network(_) => "ban-network",
        };
        Self {
            id: ban.id.0,
            key: ban.target.key(),
            target: ban.target.to_string(),
            kind,
            reason: ban.reason.as_str().to_owned(),
            until: ban.until.map(Timestamp::as_millis),
            by: ban.by.clone(),
            actor_message: actor_message(&ban.by),
            at: ban.at.as_millis(),
        }
    }
}

/// The list, and what was typed if it was refused.
async fn view(
    bans: &Arc<dyn ManageAccessBans>,
    by: Viewer<'_>,
    request: &AdminRequest,
) -> Result<BansView, AdminRefusal> {
    let before = request.text("before").parse().ok().map(AccessBanId);
    let mut page = bans.list(by, before, PAGE + 1).await?;
    let more = page.len() > PAGE as usize;
    page.truncate(PAGE as usize);
    Ok(BansView {
        next: page.last().filter(|_| more).map(|last| format!("{BANS}?before={}", last.id.0)),
        bans: page.iter().map(BanLine::from).collect(),
        target: request.text("target").to_owned(),
        user: request.text("user").parse::<i64>().map(|id| id.to_string()).unwrap_or_default(),
        reason: request.text("reason").to_owned(),
        error: None,
        lifted: None,
    })
}

/// All bans.
pub(in crate::admin) struct Bans(pub(in crate::admin) Arc<dyn ManageAccessBans>);

#[async_trait]
impl Page for Bans {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let view = view(&self.0, request.signed_in()?.viewing()?, request).await?;
        request.page(pages, StatusCode::OK, &view)
    }
}

/// To whom a device leads: the user of its page, or what its whole id leads to.
fn owner(request: &AdminRequest) -> BannedOwner {
    match (request.text("user").parse(), DeviceId::parse(request.text("target"))) {
        (_, Ok(device)) => BannedOwner::Device(device),
        (Ok(user), Err(_)) => BannedOwner::User(UserId(user)),
        (Err(_), Err(_)) => BannedOwner::Unknown,
    }
}

/// Makes a ban.
pub(in crate::admin) struct MakeBan(pub(in crate::admin) Arc<dyn ManageAccessBans>);

impl MakeBan {
    /// What is wrong with the ban that is asked for, if anything.
    async fn refusal(&self, request: &AdminRequest, pages: &Pages) -> Result<Option<&'static str>, Failure> {
        let operator = request.signed_in()?.operating()?;
        let target = match BanTarget::parse(request.text("target")) {
            Ok(target) => target,
            Err(InvalidBanTarget::Unknown) => return Ok(Some("ban-unknown")),
            Err(InvalidBanTarget::TooWide) => return Ok(Some("ban-too-wide")),
        };
        let command = AccessBanCommand {
            target,
            owner: owner(request),
            until: ban_end(request, pages)?,
            reason: request.reason()?,
            own_address: request.text("own") == "1",
        };
        Ok(match self.0.ban(operator, command).await? {
            AccessBanOutcome::Banned(_) => None,
            AccessBanOutcome::Already => Some("ban-already"),
            AccessBanOutcome::OwnAddress => Some("ban-own"),
        })
    }
}

#[async_trait]
impl Page for MakeBan {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let Some(error) = self.refusal(request, pages).await? else { return Ok(AdminResponse::see(BANS)) };
        let view = view(&self.0, request.signed_in()?.viewing()?, request).await?;
        let status =
            if error == "ban-already" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        request.page(pages, status, &BansView { error: Some(error), ..view })
    }
}

/// Lifts a ban, and offers to make it again.
pub(in crate::admin) struct LiftBan(pub(in crate::admin) Arc<dyn ManageAccessBans>);

#[async_trait]
impl Page for LiftBan {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let id = request.id.as_deref().and_then(|id| id.parse().ok()).map(AccessBanId);
        let lifted = self.0.lift(operator, id.ok_or(AdminRefusal::NotFound)?).await?;
        let view = view(&self.0, operator.viewing(), request).await?;
        request.page(pages, StatusCode::OK, &BansView { lifted: Some(BanLine::from(&lifted)), ..view })
    }
}
