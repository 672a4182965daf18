use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{Caller, Session, SessionPolicy, Timestamp, User, UserId};
use usher_ports::inbound::{AuthenticateSession, Refusal};
use usher_ports::outbound::{Clock, SessionStore, TokenIssuer, TokenRejected, UserRepository};

use crate::Tally;

/// Whether a session alone lets somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountCheck {
    /// The account is read, too. It costs another read and lets nobody in from the moment on in which the account
    /// changed. For sessions that are kept where the accounts are.
    EachCall,
    /// It does. Every change that shuts somebody out ends the sessions, at once or as soon as their store is back; see
    /// [`Revoker`](crate::Revoker). For a session store of its own, which can answer without a round trip.
    SessionsEnd,
}

/// Checks tokens. The token says which session, the session and the account as they are now decide.
pub struct SessionAuthentication {
    /// Reads the tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Whether the account is read.
    pub account_check: AccountCheck,
    /// How long sessions last.
    pub policy: SessionPolicy,
    /// Counts who comes.
    pub tally: Arc<Tally>,
}

#[async_trait]
impl AuthenticateSession for SessionAuthentication {
    async fn authenticate(&self, token: &str) -> Result<Caller, Refusal> {
        let now = self.clock.now();
        let claims = self.tokens.read(token, now).map_err(|rejected| match rejected {
            TokenRejected::Expired => Refusal::TokenExpired,
            TokenRejected::Invalid => Refusal::TokenInvalid,
        })?;
        let session = self.sessions.find(claims.user, claims.session).await?;
        let session = session.filter(|session| session.role == claims.role);
        let Some(session) = session else { return Err(self.why_ended(claims.user).await?) };
        let caller = match self.account_check {
            AccountCheck::SessionsEnd => Caller::holding(&session, now)?,
            AccountCheck::EachCall => {
                let user = self.users.find(session.user).await?.ok_or(Refusal::UserBarred)?;
                Caller::admit(&session, &user, now)?
            }
        };
        self.extend(&session, now).await;
        Ok(caller)
    }
}

impl SessionAuthentication {
    /// Somebody who was switched off is told so, and not that the token is wrong.
    async fn why_ended(&self, user: UserId) -> Result<Refusal, Refusal> {
        let user = self.users.find(user).await?;
        Ok(if user.is_some_and(|user: User| user.may_enter()) {
            Refusal::TokenInvalid
        } else {
            Refusal::UserBarred
        })
    }

    /// Notes the use. A failure costs the session a little of its time and the caller nothing.
    async fn extend(&self, session: &Session, now: Timestamp) {
        let Some(deadline) = session.extension(now, &self.policy) else { return };
        self.tally.active(session.user, now);
        if let Err(error) = self.sessions.extend(session.user, session.id, now, deadline).await {
            error.log("a session was not extended");
        }
    }
}
