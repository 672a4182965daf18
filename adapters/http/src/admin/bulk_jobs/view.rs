//! What pages show of a job.

use serde::Serialize;
use usher_domain::{BulkJob, BulkOutcome, Timestamp};

use super::super::audit::actor_message;
use super::super::pages::View;
use super::super::users::{FilterPart, Query};

/// A job.
#[derive(Serialize)]
pub(in crate::admin) struct JobLine {
    pub(in crate::admin) id: i64,
    pub(in crate::admin) action: &'static str,
    pub(in crate::admin) undoes: Option<i64>,
    pub(in crate::admin) undone_by: Option<i64>,
    pub(in crate::admin) by: String,
    /// The message shown instead of a name, if the actor has none.
    pub(in crate::admin) actor_message: Option<&'static str>,
    pub(in crate::admin) reason: String,
    pub(in crate::admin) state: &'static str,
    pub(in crate::admin) total: Option<u32>,
    pub(in crate::admin) done: u32,
    pub(in crate::admin) created: i64,
    pub(in crate::admin) ended: Option<i64>,
    /// Whether its users are those that match a filter, and which.
    pub(in crate::admin) matching: bool,
    pub(in crate::admin) filter: Vec<FilterPart>,
    /// Whether enabling also ends bans that have an end or a reason.
    pub(in crate::admin) bans: bool,
}

impl JobLine {
    pub(in crate::admin) fn of(job: &BulkJob) -> Self {
        Self {
            id: job.id.0,
            action: job.action.as_str(),
            undoes: job.undoes.map(|job| job.0),
            undone_by: job.undone_by.map(|job| job.0),
            by: job.by.clone(),
            actor_message: actor_message(&job.by),
            reason: job.reason.as_str().to_owned(),
            state: job.state.as_str(),
            total: job.total,
            done: job.counts.done(),
            created: job.created_at.as_millis(),
            ended: job.ended_at.map(Timestamp::as_millis),
            matching: job.filter.is_some(),
            filter: job.filter.as_ref().map(|filter| Query::from(filter).parts()).unwrap_or_default(),
            bans: !job.spares_bans,
        }
    }
}

/// A list of the users of a job: those that it changed, or one of the others.
#[derive(Serialize)]
pub(in crate::admin) struct Tab {
    pub(in crate::admin) outcome: &'static str,
    pub(in crate::admin) count: u32,
    pub(in crate::admin) current: bool,
}

impl Tab {
    /// What is said of those whom a job left as they were. An undo leaves those who were changed since.
    pub(super) const fn unchanged(job: &BulkJob) -> BulkOutcome {
        if job.undoes.is_some() { BulkOutcome::ChangedSince } else { BulkOutcome::Unchanged }
    }

    pub(super) fn of(job: &BulkJob, current: BulkOutcome) -> Vec<Self> {
        let counts = [
            (BulkOutcome::Changed, job.counts.changed),
            (Self::unchanged(job), job.counts.unchanged),
            (BulkOutcome::Missing, job.counts.missing),
        ];
        let shown =
            counts.into_iter().filter(|(outcome, count)| *count > 0 || *outcome == BulkOutcome::Changed);
        shown.map(|(it, count)| Self { outcome: it.as_str(), count, current: it == current }).collect()
    }
}

/// A user of a job.
#[derive(Serialize)]
pub(in crate::admin) struct JobUser {
    pub(in crate::admin) id: i64,
    pub(in crate::admin) username: String,
}

/// The page of a job.
#[derive(Serialize)]
pub(in crate::admin) struct JobView {
    pub(in crate::admin) job: JobLine,
    pub(in crate::admin) can_be_undone: bool,
    pub(in crate::admin) ended: bool,
    /// Whether the list of its users is still kept.
    pub(in crate::admin) listed: bool,
    pub(in crate::admin) tabs: Vec<Tab>,
    pub(in crate::admin) users: Vec<JobUser>,
    pub(in crate::admin) first: Option<String>,
    pub(in crate::admin) next: Option<String>,
    /// The page as it was asked for.
    pub(in crate::admin) address: String,
}

impl View for JobView {
    const TEMPLATE: &'static str = "bulk_job.html";
}

/// How far it is, and its users: the part of the page that is asked for again.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::admin) struct JobPart(pub(in crate::admin) JobView);

impl View for JobPart {
    const TEMPLATE: &'static str = "bulk_job_part.html";
}

/// The list of jobs.
#[derive(Serialize)]
pub(in crate::admin) struct JobsView {
    pub(in crate::admin) jobs: Vec<JobLine>,
    pub(in crate::admin) first: Option<String>,
    pub(in crate::admin) next: Option<String>,
}

impl View for JobsView {
    const TEMPLATE: &'static str = "bulk_jobs.html";
}
