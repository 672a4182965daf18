//! A session as Redis keeps it: `role epoch started_at seen_at expires_at`, in the order in which the scripts read it, and
//! where it was opened: `address device platform`, the platform last because it may hold spaces, `-` for what is not known.
//! Nodes of older versions write and read the first five only; their extension drops the rest.

use std::sync::Arc;

use usher_domain::{
    DeviceAttribute, DeviceTag, Epoch, Role, Session, SessionId, SessionOrigin, Timestamp, UserId,
};

use crate::server::{RedisError, Result};

const UNKNOWN: &str = "-";

pub(crate) fn write(session: &Session) -> String {
    let value = format!(
        "{} {} {} {} {}",
        session.role.as_str(),
        session.epoch.0,
        session.started_at.as_millis(),
        session.seen_at.as_millis(),
        session.expires_at.as_millis(),
    );
    let Some(SessionOrigin { from, device, platform }) = session.origin.as_deref() else { return value };
    let device = device.as_ref().map_or(UNKNOWN, DeviceTag::as_str);
    let platform = platform.as_ref().map_or(UNKNOWN, DeviceAttribute::as_str);
    format!("{value} {from} {device} {platform}")
}

pub(crate) fn read(user: UserId, id: SessionId, value: &str) -> Result<Session> {
    parse(user, id, value).ok_or(RedisError::Corrupt)
}

fn parse(user: UserId, id: SessionId, value: &str) -> Option<Session> {
    let mut parts = value.splitn(8, ' ');
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
        origin: origin(parts).map(Arc::new),
    })
}

fn origin<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<SessionOrigin> {
    let from = parts.next()?.parse().ok()?;
    let mut known = || parts.next().filter(|text| *text != UNKNOWN).map(str::to_owned);
    Some(SessionOrigin {
        from,
        device: known().map(DeviceTag::from_store),
        platform: known().map(DeviceAttribute::from_store),
    })
}

/// The id at the end of a session's key.
pub(crate) fn id_in_key(key: &str) -> Option<SessionId> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(key.rsplit(':').next()?, &mut bytes).ok()?;
    Some(SessionId::from_store(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: SessionId = SessionId::from_store([1; 32]);

    #[test]
    fn a_record_of_an_older_version_is_read_without_an_origin() {
        let session = parse(UserId(1), ID, "user 3 10 20 30").unwrap();
        assert_eq!((session.epoch, session.expires_at.as_millis(), &session.origin), (Epoch(3), 30, &None));
        assert_eq!(write(&session), "user 3 10 20 30");
    }

    #[test]
    fn an_older_version_reads_the_first_five_parts() {
        let origin = SessionOrigin {
            from: [192, 0, 2, 1].into(),
            device: None,
            platform: Some(DeviceAttribute::from_store("mini program".to_owned())),
        };
        let session = parse(UserId(1), ID, "user 3 10 20 30").unwrap();
        let session = Session { origin: Some(Arc::new(origin)), ..session };
        let value = write(&session);
        assert_eq!(value, "user 3 10 20 30 192.0.2.1 - mini program");
        assert_eq!(parse(UserId(1), ID, &value), Some(session));
    }
}
