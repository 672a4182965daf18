//! Bulk changes of users: those who are chosen, or all that match the filter.
//!
//! Some are changed with each call, whose answer asks for the next ones: nothing is kept between them, so any node can
//! go on, and closing the page stops it.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Operator, Reason, Status, UserCursor, UserId};
use usher_ports::inbound::{AdminDeleteUser, AdminListUsers, AdminRefusal, AdminToggleStatus, StatusCommand};

use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::{Pages, View};
use super::super::request::AdminRequest;
use super::super::response::AdminResponse;
use super::Query;

/// How many are changed by one call.
const STEP: u32 = 50;

/// How far they are counted before.
const MOST_COUNTED: u32 = 100_000;

/// How many of those that failed are named.
const MOST_NAMED: usize = 100;

/// What is done to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::admin) enum BulkAction {
    Enable,
    Disable,
    Delete,
}

impl BulkAction {
    pub(in crate::admin) const ALL: [Self; 3] = [Self::Enable, Self::Disable, Self::Delete];

    pub(in crate::admin) const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// How far it is, and what was asked for.
#[derive(Serialize)]
pub(in crate::admin) struct BulkView {
    pub(in crate::admin) query: Query,
    pub(in crate::admin) action: &'static str,
    pub(in crate::admin) reason: String,
    /// The chosen users still to be changed; empty if it is all that match the filter.
    pub(in crate::admin) ids: Vec<String>,
    pub(in crate::admin) everybody: bool,
    /// How many there are; none if they are more than are counted.
    pub(in crate::admin) total: Option<u32>,
    pub(in crate::admin) done: u32,
    /// Those that could not be changed, as far as they are named.
    pub(in crate::admin) failed: Vec<Failed>,
    /// How many they are.
    pub(in crate::admin) failures: u32,
    /// The id below which it goes on.
    pub(in crate::admin) before: String,
    pub(in crate::admin) state: Progress,
    /// Where the list is.
    pub(in crate::admin) list: String,
}

/// A user who could not be changed.
#[derive(Serialize)]
pub(in crate::admin) struct Failed {
    pub(in crate::admin) name: String,
    /// The message that says why.
    pub(in crate::admin) why: &'static str,
}

impl Failed {
    const WHY: [&str; 3] = ["not-found", "not-applicable", "unavailable"];

    /// # Errors
    /// The refusal, where it concerns the administrator or this node: the next users would not be changed, either.
    fn of(name: String, refusal: AdminRefusal) -> Result<Self, AdminRefusal> {
        let why = match refusal {
            AdminRefusal::NotFound => "not-found",
            AdminRefusal::NotApplicable(_) => "not-applicable",
            // Another try can succeed.
            AdminRefusal::Conflict(_) | AdminRefusal::Busy => "unavailable",
            AdminRefusal::NotAPicture
            | AdminRefusal::PictureTooLarge
            | AdminRefusal::Forbidden(_)
            | AdminRefusal::FactorRequired
            | AdminRefusal::WeakPassword(_)
            | AdminRefusal::NameTaken
            | AdminRefusal::LastOwner
            | AdminRefusal::SetUpClosed
            | AdminRefusal::WrongCredentials
            | AdminRefusal::SignedOut
            | AdminRefusal::RateLimited { .. }
            | AdminRefusal::UsernameTaken
            | AdminRefusal::Store(_) => return Err(refusal),
        };
        Ok(Self { name, why })
    }

    /// As the form of the page before wrote it.
    fn parse(text: &str) -> Option<Self> {
        let (why, name) = text.split_once(' ')?;
        let why = Self::WHY.into_iter().find(|known| *known == why)?;
        Some(Self { name: name.to_owned(), why })
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::admin) enum Progress {
    Asked,
    Running,
    Finished,
}

impl View for BulkView {
    const TEMPLATE: &'static str = "bulk.html";
}

/// The same, as a part of the page.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::admin) struct BulkPart(pub(in crate::admin) BulkView);

impl View for BulkPart {
    const TEMPLATE: &'static str = "bulk_progress.html";
}

/// Asks, and then goes on step by step.
pub(in crate::admin) struct Bulk {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
    pub(in crate::admin) toggle: Arc<dyn AdminToggleStatus>,
    pub(in crate::admin) delete: Arc<dyn AdminDeleteUser>,
}

#[async_trait]
impl Page for Bulk {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let action = BulkAction::parse(request.text("operation")).ok_or(Failure::Malformed)?;
        let reason = request.reason()?;
        let mut view = asked(request, action, &reason);
        if request.text("go") == "1" {
            self.step(operator, action, &reason, &mut view).await?;
        } else {
            view.total = self.count(request, &view).await?;
        }
        if request.is_htmx && request.text("go") == "1" {
            return request.page(pages, StatusCode::OK, &BulkPart(view));
        }
        request.page(pages, StatusCode::OK, &view)
    }
}

/// What the form says, which the page before wrote into it.
fn asked(request: &AdminRequest, action: BulkAction, reason: &Reason) -> BulkView {
    let query = Query::of(request);
    BulkView {
        list: query.address("/admin/users", None),
        query,
        action: action.as_str(),
        reason: reason.as_str().to_owned(),
        ids: request.all("ids").filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned).collect(),
        everybody: request.text("everybody") == "1",
        total: request.text("total").parse().ok(),
        done: request.text("done").parse().unwrap_or_default(),
        failed: request.all("failed").take(MOST_NAMED).filter_map(Failed::parse).collect(),
        failures: request.text("failures").parse().unwrap_or_default(),
        before: request.text("before").to_owned(),
        state: Progress::Asked,
    }
}

impl Bulk {
    async fn count(&self, request: &AdminRequest, view: &BulkView) -> Result<Option<u32>, AdminRefusal> {
        if !view.everybody {
            return Ok(u32::try_from(view.ids.len()).ok());
        }
        let Some(filter) = view.query.filter() else { return Ok(Some(0)) };
        let found = self.users.count(request.signed_in()?.viewing()?, &filter, MOST_COUNTED + 1).await?;
        Ok((found <= MOST_COUNTED).then_some(found))
    }

    /// Changes the next ones.
    async fn step(
        &self,
        by: Operator<'_>,
        action: BulkAction,
        reason: &Reason,
        view: &mut BulkView,
    ) -> Result<(), AdminRefusal> {
        let next = self.next(by, view).await?;
        view.before = next.last().map_or_else(|| view.before.clone(), |(last, _)| last.to_string());
        let many = next.len();
        for (id, name) in next {
            if let Err(refusal) = self.change(by, id, action, reason).await {
                let failed = Failed::of(name, refusal)?;
                view.failures += 1;
                if view.failed.len() < MOST_NAMED {
                    view.failed.push(failed);
                }
            }
            view.done += 1;
        }
        let over = if view.everybody { many < STEP as usize } else { view.ids.is_empty() };
        view.state = if over { Progress::Finished } else { Progress::Running };
        Ok(())
    }

    /// The next users. All are gone through from the newest, so users who register meanwhile are not changed.
    async fn next(
        &self,
        by: Operator<'_>,
        view: &mut BulkView,
    ) -> Result<Vec<(UserId, String)>, AdminRefusal> {
        if !view.everybody {
            let rest = view.ids.split_off(view.ids.len().min(STEP as usize));
            let now = std::mem::replace(&mut view.ids, rest);
            return Ok(now.into_iter().filter_map(|id| Some((UserId(id.parse().ok()?), id))).collect());
        }
        let Some(filter) = view.query.filter() else { return Ok(Vec::new()) };
        let cursor = UserCursor::Newest(view.before.parse().ok().map(UserId));
        let users = self.users.list(by.viewing(), &filter, &cursor, STEP).await?;
        Ok(users.into_iter().map(|user| (user.id, user.username.to_string())).collect())
    }

    async fn change(
        &self,
        by: Operator<'_>,
        user: UserId,
        action: BulkAction,
        reason: &Reason,
    ) -> Result<(), AdminRefusal> {
        let status = match action {
            BulkAction::Delete => return self.delete.delete(by, user, None, reason.clone()).await.map(drop),
            BulkAction::Enable => Status::Enabled,
            BulkAction::Disable => Status::Disabled,
        };
        let command = StatusCommand { reason: reason.clone(), ..StatusCommand::now(status) };
        self.toggle.set(by, user, command).await.map(drop)
    }
}
