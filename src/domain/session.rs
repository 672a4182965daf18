use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use zeroize::ZeroizeOnDrop;

use crate::{Epoch, Role, SessionOrigin, Timestamp, User, UserId};

/// The random 256 bits in an administrator's cookie. Only its owner holds it; a store knows the [`SessionId`] made from it.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct SessionSecret([u8; 32]);

impl SessionSecret {
    /// From 32 bytes of a cryptographic random source.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the cookie.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The id under which the session is stored. Who reads the store cannot make a cookie of it.
    pub fn id(&self) -> SessionId {
        SessionId(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret(..)")
    }
}

/// The SHA-256 of a [`SessionSecret`]. It is not secret and grants nothing: a token that holds it is signed, and an
/// administrator's cookie holds the secret itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId([u8; 32]);

impl SessionId {
    /// An id read back from a store.
    pub const fn from_store(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes a store keeps.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

/// How long sessions last and how many an account may have.
///
/// Both limits are those of NIST SP 800-63B, section 7.2: one for inactivity, one overall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session that is not used for this long is over.
    pub idle: Duration,
    /// A session is over after this long, used or not.
    pub absolute: Duration,
    /// Sessions of one account and one role at a time; the oldest makes room. 1 is what the old backend did.
    pub per_user: NonZeroU32,
}

impl SessionPolicy {
    /// When a session that is used at `now` ends if it is never used again.
    pub fn deadline(&self, started_at: Timestamp, now: Timestamp) -> Timestamp {
        now.plus(self.idle).min(started_at.plus(self.absolute))
    }

    /// How stale [`Session::seen_at`] may get. Writing each use down would make every read a write.
    pub fn touch_every(&self) -> Duration {
        (self.idle / 64).min(Duration::from_hours(1))
    }
}

/// A user's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id it is stored under.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The most it may do, fixed when it was issued.
    pub role: Role,
    /// The session epoch it belongs to; see [`Epoch`].
    pub epoch: Epoch,
    /// When it was issued.
    pub started_at: Timestamp,
    /// When it was last used, give or take [`SessionPolicy::touch_every`].
    pub seen_at: Timestamp,
    /// When it ends if it is not used again.
    pub expires_at: Timestamp,
    /// Where it was opened; sessions of older versions do not know. Shared, because a session that is found is copied.
    pub origin: Option<Arc<SessionOrigin>>,
}

/// A session before its owner is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The id it is stored under.
    pub id: SessionId,
    /// When it is issued.
    pub started_at: Timestamp,
    /// When it ends if it is not used.
    pub expires_at: Timestamp,
    /// Where it is opened.
    pub origin: Arc<SessionOrigin>,
}

impl NewSession {
    /// The session of this user, of the epoch that the user was read with.
    pub fn of(&self, user: &User, role: Role) -> Session {
        Session {
            id: self.id,
            user: user.id,
            role,
            epoch: user.epoch,
            started_at: self.started_at,
            seen_at: self.started_at,
            expires_at: self.expires_at,
            origin: Some(Arc::clone(&self.origin)),
        }
    }
}

impl Session {
    /// Whether its time is up.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// The new deadline, if it is time to write one down.
    pub fn extension(&self, now: Timestamp, policy: &SessionPolicy) -> Option<Timestamp> {
        let stale = now.since(self.seen_at) > policy.touch_every();
        stale.then(|| policy.deadline(self.started_at, now)).filter(|deadline| *deadline > self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn policy() -> SessionPolicy {
        SessionPolicy { idle: 30 * DAY, absolute: 180 * DAY, per_user: NonZeroU32::MIN }
    }

    fn session() -> Session {
        let born = Timestamp::from_millis(0);
        Session {
            id: SessionSecret::new([7; 32]).id(),
            user: UserId(1),
            role: Role::User,
            epoch: Epoch(0),
            started_at: born,
            seen_at: born,
            expires_at: policy().deadline(born, born),
            origin: None,
        }
    }

    #[test]
    fn ends_when_idle_and_lives_on_when_used() {
        let day = |n: u32| Timestamp::from_millis(0).plus(n * DAY);
        let mut session = session();
        assert!(!session.is_over(day(29)) && session.is_over(day(30)));
        session.expires_at = session.extension(day(29), &policy()).unwrap();
        assert!(!session.is_over(day(58)) && session.is_over(day(59)));
    }

    #[test]
    fn never_outlives_the_absolute_limit() {
        let day = |n: u32| Timestamp::from_millis(0).plus(n * DAY);
        let mut session = session();
        session.seen_at = day(170);
        session.expires_at = day(180);
        assert_eq!(session.extension(day(179), &policy()), None);
        assert!(session.is_over(day(180)));
    }

    #[test]
    fn is_written_down_once_in_a_while_only() {
        let soon = Timestamp::from_millis(0).plus(Duration::from_mins(1));
        assert_eq!(session().extension(soon, &policy()), None);
    }

    #[test]
    fn the_store_never_sees_the_secret() {
        let secret = SessionSecret::new([7; 32]);
        assert_ne!(secret.id().as_bytes(), secret.expose());
        assert_eq!(format!("{secret:?}"), "SessionSecret(..)");
    }
}
