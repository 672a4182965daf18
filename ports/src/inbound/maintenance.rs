//! Maintenance: what the program itself does from time to time, and whether it can work.

mod check_readiness;
mod keep_accounts;
mod keep_avatars;
mod purge_sessions;
mod report_jobs;
mod settle_revocations;

pub use check_readiness::CheckReadiness;
pub use keep_accounts::{KeepAccounts, Purge};
pub use keep_avatars::{AvatarSurvey, AvatarSweep, KeepAvatars};
pub use purge_sessions::PurgeSessions;
pub use report_jobs::{JobRun, ReportJobs};
pub use settle_revocations::SettleRevocations;
