//! The rows of a new account and of its devices.

use sea_query::{Expr, InsertStatement, Query};
use usher_domain::{Decision, Device, DeviceAttribute, PasswordHash, Timestamp, User};

use crate::iden::{Devices, Users};

/// Adds the account that a decision names. The database gives it its number.
pub(super) fn account(new: &Decision) -> InsertStatement {
    accounts().values_panic(values(&new.after, new.password.as_ref())).take()
}

/// A statement without rows.
pub(super) fn accounts() -> InsertStatement {
    Query::insert()
        .into_table(Users::Table)
        .columns([
            Users::Uuid,
            Users::Username,
            Users::UsernameKey,
            Users::Nickname,
            Users::NicknameKey,
            Users::Avatar,
            Users::PasswordHash,
            Users::Role,
            Users::RegisteredAt,
            Users::RegisteredFrom,
            Users::LastLoginAt,
            Users::LastLoginFrom,
            Users::UpdatedAt,
        ])
        .take()
}

/// The row of an account.
pub(super) fn values(new: &User, password: Option<&PasswordHash>) -> [Expr; 13] {
    let last_login = new.last_login.as_ref();
    [
        new.uuid.into(),
        new.username.as_str().into(),
        new.username.key().as_str().into(),
        new.nickname.as_str().into(),
        new.nickname.key().into(),
        new.avatar.as_str().into(),
        password.map(|hash| hash.expose().to_owned()).into(),
        new.role.as_str().into(),
        new.registered.at.as_millis().into(),
        new.registered.from.map(|from| from.to_string()).into(),
        last_login.map(|visit| visit.at.as_millis()).into(),
        last_login.and_then(|visit| visit.from).map(|from| from.to_string()).into(),
        new.updated_at.as_millis().into(),
    ]
}

pub(super) fn device(new: &Device, owner: impl Into<Expr>, at: Timestamp) -> InsertStatement {
    devices([(new, owner, at)])
}

/// The rows of devices, each with its user and when it was seen.
pub(super) fn devices<'a, O: Into<Expr>>(
    devices: impl IntoIterator<Item = (&'a Device, O, Timestamp)>,
) -> InsertStatement {
    let mut insert = Query::insert()
        .into_table(Devices::Table)
        .columns([
            Devices::Id,
            Devices::UserId,
            Devices::Platform,
            Devices::Model,
            Devices::Os,
            Devices::Brand,
            Devices::FirstSeenAt,
            Devices::LastSeenAt,
        ])
        .take();
    for (Device { id, attributes }, owner, at) in devices {
        insert.values_panic([
            id.as_str().into(),
            owner.into(),
            text(attributes.platform.as_ref()).into(),
            text(attributes.model.as_ref()).into(),
            text(attributes.os.as_ref()).into(),
            text(attributes.brand.as_ref()).into(),
            at.as_millis().into(),
            at.as_millis().into(),
        ]);
    }
    insert
}

fn text(attribute: Option<&DeviceAttribute>) -> &str {
    attribute.map_or("", DeviceAttribute::as_str)
}
