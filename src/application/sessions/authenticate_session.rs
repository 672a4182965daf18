use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Caller, Session, SessionPolicy, Timestamp, User, UserId};
use usher_ports::inbound::{AuthenticateSession, Refusal};
use usher_ports::outbound::{Clock, SessionStore, TokenIssuer, TokenRejected, UserLookup};

use crate::Counters;

/// Checks tokens. The token says which session; the session decides, because every change that shuts its owner out ends
/// it: see [`SessionStore`] and [`SettleRevocationsService`](crate::SettleRevocationsService).
pub struct AuthenticateSessionService {
    /// Reads the tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    pub clock: Arc<dyn Clock>,
    /// How long sessions last.
    pub policy: SessionPolicy,
    /// Counts who comes.
    pub counters: Arc<Counters>,
}

#[async_trait]
impl AuthenticateSession for AuthenticateSessionService {
    async fn authenticate(&self, token: &str) -> Result<Caller, Refusal> {
        let now = self.clock.now();
        let claims = self.tokens.read(token, now).map_err(|rejected| match rejected {
            TokenRejected::Expired => Refusal::TokenExpired,
            TokenRejected::Invalid => Refusal::TokenInvalid,
        })?;
        let session = self.sessions.find(claims.user, claims.session).await?;
        let session = session.filter(|session| session.role == claims.role);
        let Some(session) = session else { return Err(self.why_ended(claims.user).await?) };
        let caller = Caller::holding(&session, now)?;
        self.extend(&session, now).await;
        Ok(caller)
    }
}

impl AuthenticateSessionService {
    /// A disabled user is told so, and not that the token is wrong.
    async fn why_ended(&self, user: UserId) -> Result<Refusal, Refusal> {
        let user = self.users.find(user).await?;
        Ok(if user.is_some_and(|user: User| user.is_active()) {
            Refusal::TokenInvalid
        } else {
            Refusal::UserDisabled
        })
    }

    /// Notes the use. A failure costs the session a little of its time and the caller nothing.
    async fn extend(&self, session: &Session, now: Timestamp) {
        let Some(deadline) = session.extension(now, &self.policy) else { return };
        self.counters.active(session.user, now);
        if let Err(error) = self.sessions.extend(session.user, session.id, now, deadline).await {
            error.log("a session was not extended");
        }
    }
}
