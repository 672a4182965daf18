//! Bulk changes of users: those who are chosen, or all that match the filter.
//!
//! Some are changed with each call, whose answer asks for the next ones: nothing is kept between them, so any node can
//! go on, and closing the page stops it.

mod view;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use usher_domain::{Operator, Reason, Status, UserCursor, UserId};
use usher_ports::inbound::{AdminDeleteUser, AdminListUsers, AdminRefusal, AdminToggleStatus, StatusCommand};

use super::super::failure::Failure;
use super::super::guard::Page;
use super::super::pages::Pages;
use super::super::request::AdminRequest;
use super::super::response::AdminResponse;
use super::Query;
pub(in crate::admin) use view::{BulkPart, BulkView, Failed, Progress};

/// How many are changed by one call.
const STEP: u32 = 50;

/// How far they are counted before.
const MOST_COUNTED: u32 = 100_000;

/// So many are deleted without typing their number.
const MOST_DELETED: u32 = 100;

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
        let goes = request.text("go") == "1";
        let mut view = asked(request, action, &reason);
        if !goes {
            view.total = self.count(request, &view).await?;
        }
        view.ask = number_to_type(action, &view);
        if goes && view.ask.is_some_and(|number| view.confirm != number.to_string()) {
            view.error = Some("bulk-confirm-wrong");
        } else if goes {
            self.step(operator, action, &reason, &mut view).await?;
        }
        if request.is_htmx && goes {
            return request.page(pages, StatusCode::OK, &BulkPart(view));
        }
        let status = if view.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        request.page(pages, status, &view)
    }
}

/// What the form says, which the page before wrote into it.
fn asked(request: &AdminRequest, action: BulkAction, reason: &Reason) -> BulkView {
    let query = Query::of(request);
    BulkView {
        list: query.address("/admin/users", None),
        filter: parts(&query),
        query,
        action: action.as_str(),
        reason: reason.as_str().to_owned(),
        ids: request.all("ids").filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned).collect(),
        everybody: request.text("everybody") == "1",
        total: request.text("total").parse().ok(),
        done: request.text("done").parse().unwrap_or_default(),
        left: request.text("left").parse().unwrap_or_default(),
        bans: request.text("bans") == "1",
        ask: None,
        confirm: request.text("confirm").to_owned(),
        error: None,
        failed: request.all("failed").take(MOST_NAMED).filter_map(Failed::parse).collect(),
        failures: request.text("failures").parse().unwrap_or_default(),
        before: request.text("before").to_owned(),
        state: Progress::Asked,
    }
}

/// The filter in words.
fn parts(query: &Query) -> Vec<(&'static str, String, Option<String>)> {
    let named = |prefix: &str, value: &str| Some(format!("{prefix}-{value}"));
    let known = |values: &[&str], value: &str| values.contains(&value);
    let role = named("role", &query.role).filter(|_| known(&["visitor", "user"], &query.role));
    let states = ["enabled", "disabled", "deleted"];
    let state = named("state", &query.state).filter(|_| known(&states, &query.state));
    let all = [
        ("search", &query.q, None),
        ("role", &query.role, role),
        ("state", &query.state, state),
        ("platform", &query.platform, None),
    ];
    let given = all.into_iter().filter(|(_, text, _)| !text.is_empty());
    given.map(|(name, text, key)| (name, text.clone(), key)).collect()
}

/// What has to be typed before so many are deleted; of more than are counted, how far they are.
fn number_to_type(action: BulkAction, view: &BulkView) -> Option<u32> {
    let matches_nothing = view.everybody && view.query.filter().is_none();
    let many =
        if view.everybody { view.total.unwrap_or(MOST_COUNTED) } else { view.total.unwrap_or_default() };
    (action == BulkAction::Delete && !matches_nothing && many > MOST_DELETED).then_some(many)
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
            match self.change(by, id, action, reason, view.bans).await {
                Ok(changed) => view.left += u32::from(!changed),
                Err(refusal) => {
                    let failed = Failed::of(name, refusal)?;
                    view.failures += 1;
                    if view.failed.len() < MOST_NAMED {
                        view.failed.push(failed);
                    }
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

    /// Whether the user is now as it was asked for. A ban of its own is not overwritten, nor lifted unless that was asked
    /// for.
    async fn change(
        &self,
        by: Operator<'_>,
        user: UserId,
        action: BulkAction,
        reason: &Reason,
        bans: bool,
    ) -> Result<bool, AdminRefusal> {
        let (status, spares_bans) = match action {
            BulkAction::Delete => {
                return self.delete.delete(by, user, None, reason.clone()).await.map(|_| true);
            }
            BulkAction::Enable => (Status::Enabled, !bans),
            BulkAction::Disable => (Status::Disabled, true),
        };
        let command = StatusCommand { reason: reason.clone(), spares_bans, ..StatusCommand::now(status) };
        let after = self.toggle.set(by, user, command).await?;
        let as_asked = after.disabled_until.is_none() && after.disabled_reason == *reason;
        Ok(after.status == status && (status == Status::Enabled || as_asked))
    }
}
