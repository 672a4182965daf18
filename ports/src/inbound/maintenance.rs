//! Maintenance: what the program itself does from time to time, and whether it can work.

mod check_readiness;
mod keep_accounts;
mod keep_avatars;
mod settle_revocations;

pub use check_readiness::CheckReadiness;
pub use keep_accounts::{KeepAccounts, Purge};
pub use keep_avatars::{AvatarSurvey, AvatarSweep, KeepAvatars};
pub use settle_revocations::SettleRevocations;
