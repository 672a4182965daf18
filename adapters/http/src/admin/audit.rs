//! What administrators did.

use std::sync::Arc;

use jiff::tz::TimeZone;
use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AuditAction, AuditContext, AuditEntry, AuditFilter, BulkAction, Change, UserId, Viewer};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, ManageBulkJobs, ReviewAudit, UserReference};

use super::bulk_jobs::{JobLine, of_user};
use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::AdminRequest;
use super::response::AdminResponse;

/// Where the log is.
pub(super) const PATH: &str = "/admin/audit";

/// How many entries a page shows.
const PAGE: u32 = 50;

/// One thing that is different now.
#[derive(Serialize)]
pub(super) struct ChangeLine {
    pub(super) field: String,
    pub(super) before: DisplayValue,
    pub(super) after: DisplayValue,
}

/// A value: a message where it is one of our names, otherwise the text.
#[derive(Serialize)]
pub(super) struct DisplayValue {
    pub(super) key: Option<String>,
    pub(super) text: String,
}

impl DisplayValue {
    fn of(field: &str, value: &str, zone: &TimeZone) -> Self {
        let known = match field {
            "status" => ["enabled", "disabled", "locked"].contains(&value).then(|| format!("state-{value}")),
            "role" => {
                let roles = ["visitor", "user", "viewer", "operator", "owner"];
                roles.contains(&value).then(|| format!("role-{value}"))
            }
            "state" => ["enabled", "disabled", "deleted"].contains(&value).then(|| format!("state-{value}")),
            "operation" => value.parse().ok().map(|it: BulkAction| format!("bulk-{}", it.as_str())),
            "bans" => Some("yes".to_owned()).filter(|_| value == "1"),
            _ => None,
        };
        let text = match field {
            "disabled-until" | "deleted" => Pages::shown(value, zone),
            _ => value.to_owned(),
        };
        Self { key: known, text }
    }
}

/// An entry, as pages show it.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) number: i64,
    pub(super) at: i64,
    pub(super) by: String,
    /// The message shown instead of a name, if the actor has none.
    pub(super) actor_message: Option<&'static str>,
    pub(super) from: String,
    pub(super) action: &'static str,
    pub(super) user: Option<i64>,
    /// The change of many users that it is about.
    pub(super) job: Option<i64>,
    pub(super) subject: String,
    pub(super) changes: Vec<ChangeLine>,
    pub(super) reason: String,
}

impl Line {
    pub(super) fn of(entry: &AuditEntry, zone: &TimeZone) -> Self {
        let record = &entry.record;
        let changes = record.changes.iter().map(|Change { field, before, after }| ChangeLine {
            field: field.clone(),
            before: DisplayValue::of(field, before, zone),
            after: DisplayValue::of(field, after, zone),
        });
        Self {
            number: entry.number,
            at: record.at.as_millis(),
            by: record.by.clone(),
            actor_message: actor_message(&record.by),
            from: record.from.map(|from| from.to_string()).unwrap_or_default(),
            action: record.action.as_str(),
            user: record.user.map(|user| user.0),
            job: record.action.is_of_bulk_job().then(|| record.subject.parse().ok()).flatten(),
            subject: record.subject.clone(),
            changes: changes.collect(),
            reason: record.reason.as_str().to_owned(),
        }
    }
}

/// The message shown instead of the name of an actor who has none.
pub(super) fn actor_message(by: &str) -> Option<&'static str> {
    match by {
        AuditContext::MACHINE => Some("by-machine"),
        AuditContext::USHER => Some("by-usher"),
        _ => None,
    }
}

/// What was asked for, as it stands in the address.
#[derive(Default, Serialize)]
pub(super) struct AuditQuery {
    pub(super) by: String,
    pub(super) action: String,
    pub(super) user: String,
    pub(super) from: String,
    pub(super) until: String,
}

impl AuditQuery {
    fn of(request: &AdminRequest) -> Self {
        let field = |name| request.text(name).to_owned();
        Self {
            by: field("by"),
            action: field("action"),
            user: field("user"),
            from: field("from"),
            until: field("until"),
        }
    }

    /// What to list; nothing if a part of it is not understood: that means no entry, and never all of them. The last day is
    /// meant with all of it.
    fn filter(&self, zone: &TimeZone) -> Option<AuditFilter> {
        let given = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        let day = |text: &str, later| match text {
            "" => Some(None),
            day => Pages::day(day, later, zone).map(Some),
        };
        let user: Option<i64> = self.user.parse().ok();
        Some(AuditFilter {
            by: None,
            by_part: given(&self.by.to_lowercase()),
            action: given(&self.action).map(|action| action.parse()).transpose().ok()?,
            user: user.map(UserId),
            subject_part: given(&self.user).filter(|_| user.is_none()),
            from: day(&self.from, 0)?,
            until: day(&self.until, 1)?,
        })
    }

    fn is_filter(&self) -> bool {
        [&self.by, &self.action, &self.user, &self.from, &self.until].into_iter().any(|text| !text.is_empty())
    }

    fn address(&self, before: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("by", &self.by),
            ("action", &self.action),
            ("user", &self.user),
            ("from", &self.from),
            ("until", &self.until),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("{PATH}?{}", query.finish())
    }
}

#[derive(Serialize)]
pub(super) struct AuditView {
    pub(super) query: AuditQuery,
    /// Whether some entries are left out.
    pub(super) filtered: bool,
    pub(super) actions: Vec<&'static str>,
    pub(super) entries: Vec<Line>,
    /// The changes of many users that changed the user who is asked for.
    pub(super) jobs: Vec<JobLine>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

impl View for AuditView {
    const TEMPLATE: &'static str = "audit.html";
}

/// The log, the latest first.
pub(super) struct AuditPage {
    pub(super) audit: Arc<dyn ReviewAudit>,
    pub(super) users: Arc<dyn AdminListUsers>,
    pub(super) jobs: Arc<dyn ManageBulkJobs>,
}

impl AuditPage {
    /// The changes of many users that changed the user whom the first page of a filter is about. They have one entry each,
    /// which names no user.
    async fn jobs(&self, by: Viewer<'_>, query: &AuditQuery) -> Result<Vec<JobLine>, AdminRefusal> {
        if query.user.is_empty() {
            return Ok(Vec::new());
        }
        match self.users.find(by, &UserReference::parse(&query.user)).await {
            Ok(user) => of_user(&self.jobs, by, user.id).await,
            // One who was removed for good is known by number.
            Err(AdminRefusal::NotFound) => match query.user.parse() {
                Ok(id) => of_user(&self.jobs, by, UserId(id)).await,
                Err(_) => Ok(Vec::new()),
            },
            Err(refusal) => Err(refusal),
        }
    }
}

#[async_trait]
impl Page for AuditPage {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let query = AuditQuery::of(request);
        let before: Option<i64> = request.text("before").parse().ok();
        let (viewer, zone) = (request.signed_in()?.viewing()?, request.zone(pages));
        let mut entries = match query.filter(&zone) {
            Some(filter) => self.audit.list(viewer, &filter, before, PAGE + 1).await?,
            None => Vec::new(),
        };
        let more = entries.len() > PAGE as usize;
        entries.truncate(PAGE as usize);
        let next = entries.last().filter(|_| more).map(|last| query.address(Some(last.number)));
        let jobs = if before.is_none() { self.jobs(viewer, &query).await? } else { Vec::new() };
        let view = AuditView {
            jobs,
            filtered: query.is_filter() || before.is_some(),
            actions: AuditAction::ALL.iter().map(|action| action.as_str()).collect(),
            entries: entries.iter().map(|entry| Line::of(entry, &zone)).collect(),
            first: before.map(|_| query.address(None)),
            next,
            query,
        };
        request.page(pages, StatusCode::OK, &view)
    }
}
