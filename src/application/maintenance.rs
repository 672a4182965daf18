//! What the program itself does from time to time.

mod check_readiness;
mod keep_accounts;
mod keep_avatars;
mod purge_sessions;
mod report_jobs;
mod settle_revocations;

pub use check_readiness::Readiness;
pub use keep_accounts::AccountKeeping;
pub use keep_avatars::AvatarKeeping;
pub use purge_sessions::SessionPurge;
pub use report_jobs::JobLog;
pub use settle_revocations::Revoker;
