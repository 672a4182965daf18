//! The jobs that change many users: their list, and the page of each.

mod view;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use usher_domain::{BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkUser, UserId, Viewer};
use usher_ports::inbound::{AdminRefusal, BulkProgress, ManageBulkJobs};

use super::failure::Failure;
use super::guard::Page;
use super::pages::Pages;
use super::request::AdminRequest;
use super::response::AdminResponse;
pub(super) use view::{JobLine, JobPart, JobUser, JobView, JobsView, Tab};

/// Where they are listed.
pub(super) const PATH: &str = "/admin/jobs";

/// How many jobs or users a page shows.
const PAGE: u32 = 50;

/// How many of the jobs that changed a user are shown with the user.
const OF_USER: u32 = 20;

/// The page of a job.
pub(super) fn address_of(job: BulkJobId) -> String {
    format!("{PATH}/{}", job.0)
}

/// The jobs that changed a user, the newest first.
///
/// # Errors
/// When the store fails.
pub(super) async fn of_user(
    jobs: &Arc<dyn ManageBulkJobs>,
    by: Viewer<'_>,
    user: UserId,
) -> Result<Vec<JobLine>, AdminRefusal> {
    Ok(jobs.that_changed(by, user, OF_USER).await?.iter().map(JobLine::of).collect())
}

/// All jobs, the newest first.
pub(super) struct Jobs(pub(super) Arc<dyn ManageBulkJobs>);

#[async_trait]
impl Page for Jobs {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let before = request.text("before").parse().ok().map(BulkJobId);
        let mut jobs = self.0.list(request.signed_in()?.viewing()?, before, PAGE + 1).await?;
        let more = jobs.len() > PAGE as usize;
        jobs.truncate(PAGE as usize);
        let next = jobs.last().filter(|_| more).map(|last| format!("{PATH}?before={}", last.id.0));
        let first = before.map(|_| PATH.to_owned());
        let view = JobsView { jobs: jobs.iter().map(JobLine::of).collect(), first, next };
        request.page(pages, StatusCode::OK, &view)
    }
}

/// One job: how far it is, which asks for itself again while it runs, and what became of its users.
pub(super) struct Job(pub(super) Arc<dyn ManageBulkJobs>);

#[async_trait]
impl Page for Job {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let viewer = request.signed_in()?.viewing()?;
        let BulkProgress { job, can_be_undone } = self.0.find(viewer, request.job()?).await?;
        let outcome = outcome_of(request, &job);
        let below: Option<i64> = request.text("below").parse().ok();
        let mut users = self.0.users(viewer, job.id, outcome, below.map(UserId), PAGE + 1).await?;
        let more = users.len() > PAGE as usize;
        users.truncate(PAGE as usize);
        let address = format!("{}?outcome={}", address_of(job.id), outcome.as_str());
        let next = users.last().filter(|_| more).map(|last| format!("{address}&below={}", last.user.0));
        let view = JobView {
            job: JobLine::of(&job),
            can_be_undone,
            ended: job.state.has_ended(),
            listed: job.listed_until.is_some() || !job.state.has_ended(),
            tabs: Tab::of(&job, outcome),
            users: users.iter().map(user_of).collect(),
            first: below.map(|_| address),
            next,
            address: request.return_to.clone(),
        };
        if request.is_htmx {
            return request.page(pages, StatusCode::OK, &JobPart(view));
        }
        request.page(pages, StatusCode::OK, &view)
    }
}

fn user_of(user: &BulkUser) -> JobUser {
    JobUser { id: user.user.0, username: user.username.clone() }
}

/// The outcome whose users are listed: what was asked for, or else that of the first users there are.
fn outcome_of(request: &AdminRequest, job: &BulkJob) -> BulkOutcome {
    let asked = request.text("outcome").parse().ok();
    let counts = job.counts;
    asked.unwrap_or(match (counts.changed, counts.unchanged) {
        (0, 0) if counts.missing > 0 => BulkOutcome::Missing,
        (0, some) if some > 0 => Tab::unchanged(job),
        _ => BulkOutcome::Changed,
    })
}

/// Pauses, resumes or cancels a job.
pub(super) struct ControlJob(pub(super) Arc<dyn ManageBulkJobs>);

#[async_trait]
impl Page for ControlJob {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let control: BulkControl = request.text("control").parse().map_err(|_| Failure::Malformed)?;
        let job = self.0.control(operator, request.job()?, control).await?;
        Ok(AdminResponse::see(&address_of(job.id)))
    }
}

/// Starts the job that undoes another one.
pub(super) struct UndoJob(pub(super) Arc<dyn ManageBulkJobs>);

#[async_trait]
impl Page for UndoJob {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let operator = request.signed_in()?.operating()?;
        let undo = self.0.undo(operator, request.job()?).await?;
        Ok(AdminResponse::see(&address_of(undo.id)))
    }
}

impl AdminRequest {
    /// The job that the path names.
    ///
    /// # Errors
    /// When the path names no job.
    fn job(&self) -> Result<BulkJobId, AdminRefusal> {
        self.id.as_deref().and_then(|id| id.parse().ok()).map(BulkJobId).ok_or(AdminRefusal::NotFound)
    }
}
