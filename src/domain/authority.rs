use crate::{Role, Session, SessionId, Timestamp, User, UserId};

/// Proof that a live visitor session was presented. It can do what a visitor can, whoever's account it is on.
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

/// Why a session no longer lets anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// Its time is up.
    #[error("the session expired")]
    Expired,
    /// It was ended: by its owner, or with all sessions of its generation.
    #[error("the session was ended")]
    Revoked,
    /// Its account is disabled or deleted.
    #[error("the account may not be used")]
    Barred,
}

impl Caller {
    /// Decides whether `session` still lets its owner in. The role of the `Caller` is the lower one of session and
    /// account.
    ///
    /// # Errors
    /// Why it does not.
    pub fn admit(session: &Session, user: &User, now: Timestamp) -> Result<Self, Ended> {
        if session.user != user.id || session.epoch < user.epoch && user.may_enter() {
            return Err(Ended::Revoked);
        }
        if !user.may_enter() {
            return Err(Ended::Barred);
        }
        Self::with_role(session, session.role.min(user.role), now)
    }

    /// Decides by the session alone, where it is certain that it was ended if its account may not be used.
    ///
    /// # Errors
    /// When its time is up.
    pub fn holding(session: &Session, now: Timestamp) -> Result<Self, Ended> {
        Self::with_role(session, session.role, now)
    }

    fn with_role(session: &Session, role: Role, now: Timestamp) -> Result<Self, Ended> {
        if session.is_over(now) {
            return Err(Ended::Expired);
        }
        let (session, user) = (session.id, session.user);
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

/// Proof that the one who asks runs this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator(());

impl Administrator {
    /// The operator at the command line: whoever can open the database needs nobody's leave.
    pub const fn operator() -> Self {
        Self(())
    }
}
