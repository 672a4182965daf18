use std::sync::Arc;

use usher_domain::{Role, Session, SessionPolicy, User};
use usher_ports::inbound::{Refusal, SignedIn};
use usher_ports::outbound::{Clock, IdSource, SessionStore, Started, TokenIssuer};

use crate::Tally;

/// Opens sessions: the last step of every way in.
pub struct SessionIssuer {
    /// Keeps the sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Writes the tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Draws the secrets.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How long sessions last.
    pub policy: SessionPolicy,
    /// Counts who comes.
    pub tally: Arc<Tally>,
}

impl SessionIssuer {
    /// A session for `user` as the caller read it: if its sessions were ended since, nothing is opened.
    pub(crate) async fn issue(&self, user: User, role: Role) -> Result<SignedIn, Refusal> {
        if !user.may_enter() {
            return Err(Refusal::AccountUnavailable);
        }
        let now = self.clock.now();
        let secret = self.ids.session_secret();
        let session = Session {
            id: secret.id(),
            user: user.id,
            role,
            epoch: user.epoch,
            started_at: now,
            seen_at: now,
            expires_at: self.policy.deadline(now, now),
        };
        match self.sessions.start(&session, self.policy.per_user).await? {
            Started::Superseded => Err(Refusal::AccountUnavailable),
            Started::Live => {
                self.tally.active(user.id, now);
                let token = self.tokens.issue(user.id, &secret, role, now.plus(self.policy.absolute));
                Ok(SignedIn { user, role, token })
            }
        }
    }
}
