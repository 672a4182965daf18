//! The jobs: each calls its port and logs what it came to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::time::{Instant, sleep};
use usher_application::{AccessGate, StatisticsService};
use usher_ports::inbound::{
    AvatarSweep, FollowAccessBans as _, MaintainAccounts, ManageAvatars, Purge, PurgeEvents, PurgeSessions,
    RecordStatistics as _, RunBulkJobs, SettleRevocations,
};

use super::Outcome;

/// Before the first sweep, and not before serving: a bucket may take minutes to say that it is away.
pub(super) async fn claim_avatars(avatars: Arc<dyn ManageAvatars>) -> Outcome {
    avatars.claim().await
}

pub(super) async fn purge_sessions(sessions: Arc<dyn PurgeSessions>) -> Outcome {
    match sessions.purge_users().await? {
        0 => {}
        sessions => tracing::info!(sessions, "removed expired sessions"),
    }
    Ok(())
}

pub(super) async fn purge_administrator_sessions(sessions: Arc<dyn PurgeSessions>) -> Outcome {
    sessions.purge_administrators().await.map(drop)
}

pub(super) async fn purge_events(events: Arc<dyn PurgeEvents>) -> Outcome {
    match events.purge().await? {
        0 => {}
        events => tracing::info!(events, "removed old events"),
    }
    Ok(())
}

pub(super) async fn follow_access_bans(bans: Arc<AccessGate>) -> Outcome {
    bans.follow().await
}

pub(super) async fn purge_access_bans(bans: Arc<AccessGate>) -> Outcome {
    bans.purge().await.map(drop)
}

pub(super) async fn enable_users(accounts: Arc<dyn MaintainAccounts>) -> Outcome {
    match accounts.enable_due().await? {
        0 => {}
        users => tracing::info!(users, "enabled users whose time was up"),
    }
    Ok(())
}

pub(super) async fn flush_statistics(statistics: Arc<StatisticsService>) -> Outcome {
    statistics.flush().await
}

pub(super) async fn count_accounts(statistics: Arc<StatisticsService>) -> Outcome {
    statistics.count_accounts().await
}

pub(super) async fn close_days(statistics: Arc<StatisticsService>) -> Outcome {
    statistics.close().await
}

pub(super) async fn settle_revocations<S: SettleRevocations>(revocations: Arc<S>) -> Outcome {
    revocations.settle().await.map(drop)
}

pub(super) async fn forget_revocations<S: SettleRevocations>(revocations: Arc<S>) -> Outcome {
    revocations.forget().await.map(drop)
}

/// How long it rests after a step, in times that the step took: it takes a tenth of what the database can do, however busy
/// that is, and those who log in have the rest.
const REST: u32 = 9;

/// Goes on until no job is this node's to go on with.
pub(super) async fn run_bulk_jobs(jobs: Arc<dyn RunBulkJobs>) -> Outcome {
    loop {
        let begun = Instant::now();
        if !jobs.step().await? {
            return Ok(());
        }
        sleep(begun.elapsed() * REST).await;
    }
}

pub(super) async fn forget_bulk_lists(jobs: Arc<dyn RunBulkJobs>) -> Outcome {
    match jobs.forget_lists().await? {
        0 => {}
        users => tracing::info!(users, "removed old lists of bulk jobs"),
    }
    Ok(())
}

/// Removes deleted users. That an operator has to confirm it is logged once, and not every ten minutes.
pub(super) struct AccountPurge {
    accounts: Arc<dyn MaintainAccounts>,
    withheld: AtomicU32,
}

impl AccountPurge {
    pub(super) fn of(accounts: &Arc<dyn MaintainAccounts>) -> Arc<Self> {
        Arc::new(Self { accounts: Arc::clone(accounts), withheld: AtomicU32::new(0) })
    }

    pub(super) async fn run(self: Arc<Self>) -> Outcome {
        let purge = self.accounts.purge_deleted().await?;
        let withheld = match purge {
            Purge::Withheld(users) => users,
            Purge::Removed(_) => 0,
        };
        let changed = self.withheld.swap(withheld, Ordering::Relaxed) != withheld;
        match purge {
            Purge::Removed(0) => {}
            Purge::Removed(users) => tracing::info!(users, "removed deleted users for good"),
            Purge::Withheld(users) if changed => tracing::error!(
                users,
                "{users} deleted users are due to be removed for good, which is more than a tenth of all: if the clock \
                 is right, run `usher user purge --yes`"
            ),
            Purge::Withheld(_) => {}
        }
        Ok(())
    }
}

/// Deletes unused pictures. Why none is deleted is logged once, and not every ten minutes.
pub(super) struct AvatarSweeps {
    avatars: Arc<dyn ManageAvatars>,
    refused: AtomicBool,
}

impl AvatarSweeps {
    pub(super) fn of(avatars: &Arc<dyn ManageAvatars>) -> Arc<Self> {
        Arc::new(Self { avatars: Arc::clone(avatars), refused: AtomicBool::new(false) })
    }

    pub(super) async fn run(self: Arc<Self>) -> Outcome {
        let sweep = self.avatars.sweep().await?;
        let first = !self.refused.swap(!matches!(sweep, AvatarSweep::Swept(_)), Ordering::Relaxed);
        match sweep {
            AvatarSweep::Swept(0) => {}
            AvatarSweep::Swept(pictures) => tracing::info!(pictures, "deleted pictures that no user has"),
            AvatarSweep::Foreign(owner) if first => {
                let owner = owner.map(|id| id.to_string()).unwrap_or_default();
                tracing::warn!(
                    owner,
                    "the store of pictures belongs to another installation, so unused pictures are kept; if it is \
                     this one's now, run `usher avatars sweep`"
                );
            }
            AvatarSweep::TooMany(survey) if first => tracing::warn!(
                unused = survey.unused,
                stored = survey.stored,
                "too many pictures seem unused, so all are kept; if this is the right database, run `usher avatars \
                 sweep`"
            ),
            AvatarSweep::Foreign(_) | AvatarSweep::TooMany(_) => {}
        }
        Ok(())
    }
}
