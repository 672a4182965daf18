//! What goes on beside the calls of clients and administrators.

use std::sync::Arc;

use usher_application::{AccountKeeping, AvatarKeeping, Revoker, SessionPurge, StatisticsKeeping};
use usher_ports::inbound::{KeepAccounts, KeepAvatars, PurgeSessions};

use super::Adapters;
use crate::config::Config;

/// Ends sessions, at once and until it is done.
pub fn revoker(adapters: &Adapters) -> Arc<Revoker> {
    let Adapters { sessions, revocation_sink: sink, outbox, ids, clock, .. } = adapters.clone();
    Arc::new(Revoker { sessions, sink, outbox, ids, clock })
}

/// Removes sessions that are over.
pub fn session_purge(adapters: &Adapters) -> Arc<dyn PurgeSessions> {
    let Adapters { sessions, administrators, clock, .. } = adapters.clone();
    Arc::new(SessionPurge { sessions, administrators, clock })
}

/// Does what is due about accounts.
pub fn account_keeping(adapters: &Adapters, config: &Config) -> Arc<dyn KeepAccounts> {
    let Adapters { users, clock, .. } = adapters.clone();
    let (changes, directory) = (users.clone(), users.clone());
    let keep_deleted = config.admin.keep_deleted.duration();
    Arc::new(AccountKeeping { users, changes, directory, clock, keep_deleted })
}

/// Takes pictures in and gives them out.
pub fn avatar_keeping(adapters: &Adapters) -> Arc<dyn KeepAvatars> {
    let Adapters { avatars, users, installations, audit, ids, clock, .. } = adapters.clone();
    Arc::new(AvatarKeeping { avatars, users, installations, audit, ids, clock })
}

/// Counts what happens, and shows it.
pub fn statistics_keeping(adapters: &Adapters) -> Arc<StatisticsKeeping> {
    let Adapters { tally, statistics, clock, .. } = adapters.clone();
    Arc::new(StatisticsKeeping { tally, statistics, clock })
}
