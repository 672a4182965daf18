use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{AccessBan, AccessBanId, BanTarget, Operator, Viewer};
use usher_ports::inbound::{
    AccessBanCommand, AccessBanOutcome, AdminRefusal, FollowAccessBans as _, ManageAccessBans,
};
use usher_ports::outbound::{AccessBanned, AccessBans, Clock, NewAccessBan, SessionStore};

use crate::AccessGate;
use crate::sessions::end_sessions_of_device;

/// Makes and lifts bans.
pub struct ManageAccessBansService {
    /// Keeps them.
    pub bans: Arc<dyn AccessBans>,
    /// Refuses whom they ban.
    pub gate: Arc<AccessGate>,
    /// Ends what a banned device opened.
    pub sessions: Arc<dyn SessionStore>,
    pub clock: Arc<dyn Clock>,
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
        let AccessBanCommand { target, user, until, reason, own_address } = command;
        let until = until.resolve(now)?;
        let context = by.administrator().context(now).because(reason);
        if !own_address && context.from.is_some_and(|from| target.holds(from)) {
            return Ok(AccessBanOutcome::OwnAddress);
        }
        let banned = self.bans.ban(&NewAccessBan { target: target.clone(), until }, &context).await?;
        let AccessBanned::Done(ban) = banned else { return Ok(AccessBanOutcome::Already) };
        // The gate first: no session is opened after those that are ended.
        self.gate.follow().await?;
        if let (Some(user), BanTarget::Device(device)) = (user, &target) {
            end_sessions_of_device(&*self.sessions, user, device).await?;
        }
        Ok(AccessBanOutcome::Banned(ban))
    }

    async fn lift(&self, by: Operator<'_>, id: AccessBanId) -> Result<AccessBan, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let lifted = self.bans.lift(id, &context).await?.ok_or(AdminRefusal::NotFound)?;
        self.gate.follow().await?;
        Ok(lifted)
    }
}
