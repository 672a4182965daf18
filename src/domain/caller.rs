use crate::{Role, Session, SessionId, Timestamp, UserId};

/// Proof that a live visitor session was presented. It can do what a visitor can, whatever the account's role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorSession {
    session: SessionId,
    user: UserId,
}

/// Proof that a live session of a registered user was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSession {
    session: SessionId,
    user: UserId,
}

/// Proof that some live session was presented. What it may do is in its variant: a port that needs a registered user
/// asks for [`UserSession`], so a forgotten check does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A visitor, or a registered user known by the device only.
    Visitor(VisitorSession),
    /// A registered user.
    User(UserSession),
}

/// Why a session is no longer accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// Its time is up.
    #[error("the session expired")]
    Expired,
    /// It was ended: by its owner, or with all sessions of its generation.
    #[error("the session was ended")]
    Revoked,
}

impl Caller {
    /// Decides by a session that its store has found: it is certain that it was ended if its account may not be used.
    ///
    /// # Errors
    /// When its time is up.
    pub fn holding(session: &Session, now: Timestamp) -> Result<Self, Ended> {
        if session.is_over(now) {
            return Err(Ended::Expired);
        }
        let (role, session, user) = (session.role, session.id, session.user);
        Ok(match role {
            Role::Visitor => Self::Visitor(VisitorSession { session, user }),
            Role::User => Self::User(UserSession { session, user }),
        })
    }

    /// The session that was presented.
    pub const fn session(&self) -> SessionId {
        match self {
            Self::Visitor(visitor) => visitor.session,
            Self::User(user) => user.session,
        }
    }

    /// The account it is on.
    pub const fn user(&self) -> UserId {
        match self {
            Self::Visitor(visitor) => visitor.user,
            Self::User(user) => user.user,
        }
    }
}

impl UserSession {
    /// The account it is on.
    pub const fn user(&self) -> UserId {
        self.user
    }
}
