//! What the program itself does from time to time.

mod check_readiness;
mod maintain_accounts;
mod manage_avatars;
mod purge_events;
mod purge_sessions;
mod report_jobs;
mod run_bulk_jobs;
mod settle_revocations;

pub use check_readiness::CheckReadinessService;
pub use maintain_accounts::MaintainAccountsService;
pub use manage_avatars::ManageAvatarsService;
pub use purge_events::PurgeEventsService;
pub use purge_sessions::PurgeSessionsService;
pub use report_jobs::ReportJobsService;
pub use run_bulk_jobs::RunBulkJobsService;
pub use settle_revocations::SettleRevocationsService;
