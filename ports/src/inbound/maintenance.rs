//! Maintenance: what the program itself does from time to time, and whether it can work.

mod check_readiness;
mod maintain_accounts;
mod manage_avatars;
mod purge_events;
mod purge_sessions;
mod report_jobs;
mod run_bulk_jobs;
mod settle_revocations;

pub use check_readiness::CheckReadiness;
pub use maintain_accounts::{MaintainAccounts, Purge};
pub use manage_avatars::{AvatarSurvey, AvatarSweep, ManageAvatars};
pub use purge_events::PurgeEvents;
pub use purge_sessions::PurgeSessions;
pub use report_jobs::{JobRun, ReportJobs};
pub use run_bulk_jobs::RunBulkJobs;
pub use settle_revocations::SettleRevocations;
