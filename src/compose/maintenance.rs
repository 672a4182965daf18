//! What goes on beside the calls of clients and administrators.

use std::sync::Arc;

use usher_application::{
    MaintainAccountsService, ManageAvatarsService, NextCount, PurgeEventsService, PurgeSessionsService,
    RunBulkJobsService, SettleRevocationsService, StatisticsService,
};
use usher_ports::inbound::{MaintainAccounts, ManageAvatars, PurgeEvents, PurgeSessions, RunBulkJobs};

use super::Adapters;
use crate::config::Config;

/// Ends sessions, at once and until it is done.
pub fn revoker(adapters: &Adapters) -> Arc<SettleRevocationsService> {
    let Adapters { sessions, revocation_sink: sink, outbox, ids, clock, .. } = adapters.clone();
    Arc::new(SettleRevocationsService { sessions, sink, outbox, ids, clock })
}

/// Removes sessions that are over.
pub fn purge_sessions(adapters: &Adapters) -> Arc<dyn PurgeSessions> {
    let Adapters { sessions, administrators, clock, .. } = adapters.clone();
    Arc::new(PurgeSessionsService { sessions, administrators, clock })
}

/// Removes old events.
pub fn purge_events(adapters: &Adapters) -> Arc<dyn PurgeEvents> {
    let Adapters { events, clock, .. } = adapters.clone();
    Arc::new(PurgeEventsService { events, clock })
}

/// Goes on with changes of many users.
pub fn run_bulk_jobs(adapters: &Adapters) -> Arc<dyn RunBulkJobs> {
    let Adapters { bulk_jobs: jobs, clock, ids, .. } = adapters.clone();
    let revocations = revoker(adapters);
    Arc::new(RunBulkJobsService { jobs, revocations, clock, node: ids.uuid() })
}

/// Does what is due about accounts.
pub fn maintain_accounts(adapters: &Adapters, config: &Config) -> Arc<dyn MaintainAccounts> {
    let Adapters { users, clock, .. } = adapters.clone();
    let (changes, directory) = (users.clone(), users.clone());
    let keep_deleted = config.admin.keep_deleted.duration();
    Arc::new(MaintainAccountsService { users, changes, directory, clock, keep_deleted })
}

/// Takes pictures in and gives them out.
pub fn manage_avatars(adapters: &Adapters) -> Arc<dyn ManageAvatars> {
    let Adapters { avatars, users, installations, audit, ids, clock, .. } = adapters.clone();
    Arc::new(ManageAvatarsService { avatars, users, installations, audit, ids, clock })
}

/// Counts what happens, and shows it.
pub fn statistics_service(adapters: &Adapters) -> Arc<StatisticsService> {
    let Adapters { counters, statistics, users, clock, .. } = adapters.clone();
    Arc::new(StatisticsService { counters, statistics, users, clock, next_count: NextCount::default() })
}
