//! A session as Redis keeps it: `role epoch started_at seen_at expires_at`, in the order in which the scripts read it.

use usher_domain::{Epoch, Role, Session, SessionId, Timestamp, UserId};

use crate::server::{RedisError, Result};

pub(crate) fn write(session: &Session) -> String {
    format!(
        "{} {} {} {} {}",
        session.role.as_str(),
        session.epoch.0,
        session.started_at.as_millis(),
        session.seen_at.as_millis(),
        session.expires_at.as_millis(),
    )
}

pub(crate) fn read(user: UserId, id: SessionId, value: &str) -> Result<Session> {
    parse(user, id, value).ok_or(RedisError::Corrupt)
}

fn parse(user: UserId, id: SessionId, value: &str) -> Option<Session> {
    let mut parts = value.split(' ');
    let role: Role = parts.next()?.parse().ok()?;
    let mut number = || parts.next()?.parse().ok();
    Some(Session {
        id,
        user,
        role,
        epoch: Epoch(number()?),
        started_at: Timestamp::from_millis(number()?),
        seen_at: Timestamp::from_millis(number()?),
        expires_at: Timestamp::from_millis(number()?),
    })
}

/// The id at the end of a session's key.
pub(crate) fn id_in_key(key: &str) -> Option<SessionId> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(key.rsplit(':').next()?, &mut bytes).ok()?;
    Some(SessionId::from_store(bytes))
}
