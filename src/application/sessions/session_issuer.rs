use std::sync::Arc;

use usher_domain::{NewSession, OwnAccount, Role, SessionOrigin, SessionPolicy, User};
use usher_ports::inbound::{Refusal, SignedIn};
use usher_ports::outbound::{Claims, Clock, IdSource, SessionStore, Started, TokenIssuer};

use crate::Counters;

/// Opens sessions: the last step of every way in.
pub struct SessionIssuer {
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Writes the tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Draws the ids.
    pub ids: Arc<dyn IdSource>,
    pub clock: Arc<dyn Clock>,
    /// How long sessions last.
    pub policy: SessionPolicy,
    /// Counts who comes.
    pub counters: Arc<Counters>,
}

impl SessionIssuer {
    /// A session for `user` as the caller read it: if its sessions were ended since, nothing is opened.
    pub(crate) async fn issue(
        &self,
        user: User,
        role: Role,
        origin: SessionOrigin,
    ) -> Result<SignedIn, Refusal> {
        if !user.is_active() {
            return Err(Refusal::AccountUnavailable);
        }
        let session = self.draw(origin);
        match self.sessions.start(&session.of(&user, role), self.policy.per_user).await? {
            Started::Superseded => Err(Refusal::AccountUnavailable),
            Started::Live => Ok(self.signed_in(user, role, &session)),
        }
    }

    /// Opens a session for a registered user whose password was verified, and counts the login.
    pub(crate) async fn log_in(&self, user: User, origin: SessionOrigin) -> Result<SignedIn, Refusal> {
        let signed_in = self.issue(user, Role::User, origin).await?;
        self.counters.log_in(self.clock.now());
        Ok(signed_in)
    }

    /// A session, which is open once it is stored.
    pub(crate) fn draw(&self, origin: SessionOrigin) -> NewSession {
        let (id, now) = (self.ids.session_secret().id(), self.clock.now());
        let (expires_at, origin) = (self.policy.deadline(now, now), Arc::new(origin));
        NewSession { id, started_at: now, expires_at, origin }
    }

    /// What the owner of a session gets that was stored.
    pub(crate) fn signed_in(&self, user: User, role: Role, session: &NewSession) -> SignedIn {
        self.counters.active(user.id, session.started_at);
        let claims = Claims { user: user.id, session: session.id, role };
        let until = session.started_at.plus(self.policy.absolute);
        let token = self.tokens.issue(&claims, session.started_at, until);
        SignedIn { account: OwnAccount::seen_as(role, user), token }
    }
}
