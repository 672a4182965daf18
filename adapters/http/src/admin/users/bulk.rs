//! Changes of many users: those who are selected, or all that match the filter. The question says what will happen to whom;
//! a job does it.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{BulkAction, UserFilter, UserId};
use usher_ports::inbound::{BulkCommand, BulkPlan, BulkSelection, BulkStarted, ManageBulkJobs};

use super::super::bulk_jobs::address_of;
use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::{Pages, View};
use super::super::request::AdminRequest;
use super::super::response::AdminResponse;
use super::{FilterPart, Query};

/// What is asked before many users are changed.
#[derive(Serialize)]
pub(in crate::admin) struct BulkView {
    pub(in crate::admin) query: Query,
    pub(in crate::admin) action: &'static str,
    pub(in crate::admin) reason: String,
    /// The selected users; empty if it is all that match the filter.
    pub(in crate::admin) ids: Vec<String>,
    pub(in crate::admin) everybody: bool,
    /// The newest user it is about: those who register while the question is read are not changed.
    pub(in crate::admin) up_to: Option<i64>,
    /// How many there are; none if they are more than are counted.
    pub(in crate::admin) total: Option<u32>,
    /// Whether enabling also ends bans that have an end or a reason.
    pub(in crate::admin) bans: bool,
    pub(in crate::admin) filter: Vec<FilterPart>,
    /// The number to type before so many are deleted.
    pub(in crate::admin) ask: Option<u32>,
    /// A message, if another number was typed.
    pub(in crate::admin) error: Option<&'static str>,
    /// Where the list is.
    pub(in crate::admin) list: String,
}

impl View for BulkView {
    const TEMPLATE: &'static str = "bulk.html";
}

/// Asks, and starts the job once that is answered.
pub(in crate::admin) struct Bulk {
    pub(in crate::admin) jobs: Arc<dyn ManageBulkJobs>,
}

/// A filter that cannot be parsed matches no user.
const NO_USERS: BulkPlan = BulkPlan { total: Some(0), ask: None, up_to: None };

#[async_trait]
impl Page for Bulk {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let action: BulkAction = request.text("operation").parse().map_err(|_| Failure::Malformed)?;
        let reason = request.reason()?;
        let query = Query::of(request);
        let goes = request.text("go") == "1" || needs_no_question(request, action);
        let plan = match selection(request, &query) {
            None => NO_USERS,
            Some(selection) if goes => {
                let (spares_bans, confirmed) =
                    (request.text("bans") != "1", request.text("confirm").parse().ok());
                let command =
                    BulkCommand { action, selection, reason: reason.clone(), spares_bans, confirmed };
                match self.jobs.start(operator, command).await? {
                    BulkStarted::Started(job) => return Ok(AdminResponse::see(&address_of(job.id))),
                    BulkStarted::Unconfirmed(plan) => plan,
                }
            }
            Some(selection) => self.jobs.plan(operator, action, &selection).await?,
        };
        let view = BulkView {
            list: query.address("/admin/users", None),
            filter: query.parts(),
            query,
            action: action.as_str(),
            reason: reason.as_str().to_owned(),
            ids: request.all("ids").filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned).collect(),
            everybody: request.text("everybody") == "1",
            up_to: plan.up_to.map(|last| last.0),
            total: plan.total,
            bans: request.text("bans") == "1",
            ask: plan.ask,
            error: plan.ask.filter(|_| goes).map(|_| "bulk-confirm-wrong"),
        };
        let status = if view.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        request.page(pages, status, &view)
    }
}

/// Whether the users were selected one by one, and Undo brings everything back that the action ends but sessions.
fn needs_no_question(request: &AdminRequest, action: BulkAction) -> bool {
    let chosen = request.text("everybody") != "1" && request.all("ids").next().is_some();
    chosen && action != BulkAction::Delete
}

/// Who is selected; none if the filter cannot be parsed.
fn selection(request: &AdminRequest, query: &Query) -> Option<BulkSelection> {
    let id = |text: &str| text.parse().ok().map(UserId);
    if request.text("everybody") != "1" {
        return Some(BulkSelection::Chosen(request.all("ids").filter_map(id).collect()));
    }
    let filter = query.filter()?;
    Some(BulkSelection::Matching(UserFilter { up_to: id(request.text("up_to")), ..filter }))
}
