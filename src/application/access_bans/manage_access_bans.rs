use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AccessBan, AccessBanId, BanTarget, Operator, UserId, Viewer};
use usher_ports::inbound::{
    AccessBanCommand, AccessBanOutcome, AdminRefusal, BannedOwner, FollowAccessBans as _, ManageAccessBans,
};
use usher_ports::outbound::{
    AccessBanned, AccessBans, Clock, NewAccessBan, SessionStore, StoreError, UserLookup,
};

use crate::AccessGate;
use crate::sessions::end_sessions_of_device;

/// Makes and lifts bans.
pub struct ManageAccessBansService {
    /// Keeps them.
    pub bans: Arc<dyn AccessBans>,
    /// Refuses whom they ban.
    pub gate: Arc<AccessGate>,
    /// Knows whom a device leads to.
    pub users: Arc<dyn UserLookup>,
    /// Ends what a banned device opened.
    pub sessions: Arc<dyn SessionStore>,
    pub clock: Arc<dyn Clock>,
}

impl ManageAccessBansService {
    /// The ban is written; where this fails, the node follows within a second as all others do.
    async fn follow(&self) {
        if let Err(error) = self.gate.follow().await {
            error.log("the bans could not be read after a change");
        }
    }

    async fn led_to(&self, owner: BannedOwner) -> Result<Option<UserId>, StoreError> {
        Ok(match owner {
            BannedOwner::Unknown => None,
            BannedOwner::User(user) => Some(user),
            BannedOwner::Device(device) => self.users.find_by_device(&device).await?.map(|user| user.id),
        })
    }
}

#[async_trait]
impl ManageAccessBans for ManageAccessBansService {
    async fn list(
        &self,
        _by: Viewer<'_>,
        before: Option<AccessBanId>,
        limit: u32,
    ) -> Result<Vec<AccessBan>, AdminRefusal> {
        Ok(self.bans.list(self.clock.now(), before, limit).await?)
    }

    async fn ban(
        &self,
        by: Operator<'_>,
        command: AccessBanCommand,
    ) -> Result<AccessBanOutcome, AdminRefusal> {
        let now = self.clock.now();
        let AccessBanCommand { target, owner, until, reason, own_address } = command;
        let until = until.resolve(now)?;
        let context = by.administrator().context(now).because(reason);
        if !own_address && context.from.is_some_and(|from| target.holds(from)) {
            return Ok(AccessBanOutcome::OwnAddress);
        }
        let banned = self.bans.ban(&NewAccessBan { target: target.clone(), until }, &context).await?;
        // What is refused is settled first. A call that was admitted before may still open its session.
        self.follow().await;
        if let BanTarget::Device(device) = &target
            && let Some(user) = self.led_to(owner).await?
        {
            end_sessions_of_device(&*self.sessions, user, device).await?;
        }
        Ok(match banned {
            AccessBanned::Done(ban) => AccessBanOutcome::Banned(ban),
            AccessBanned::Already => AccessBanOutcome::Already,
        })
    }

    async fn lift(&self, by: Operator<'_>, id: AccessBanId) -> Result<AccessBan, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let lifted = self.bans.lift(id, &context).await?.ok_or(AdminRefusal::NotFound)?;
        self.follow().await;
        Ok(lifted)
    }
}
