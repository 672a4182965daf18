//! A new account, its rows, and how it is found afterwards.

use sea_query::{Expr, InsertStatement, Query};
use usher_domain::{
    Device, DeviceAttribute, Nickname, PasswordHash, Role, Timestamp, User, UserId, Username, Visit,
};
use usher_ports::outbound::{ImportedUser, NewUser, NewVisitor, Origin};
use uuid::Uuid;

use crate::iden::{Devices, Users};

pub(super) struct NewAccount<'a> {
    uuid: Uuid,
    pub(super) username: &'a Username,
    nickname: Nickname,
    avatar: &'a str,
    password: Option<&'a PasswordHash>,
    pub(super) made: Visit,
    logs_in: bool,
}

impl<'a> NewAccount<'a> {
    pub(super) fn visitor(new: &'a NewVisitor) -> Self {
        Self {
            uuid: new.uuid,
            username: &new.username,
            nickname: Nickname::default(),
            avatar: "",
            password: None,
            made: Visit { at: new.at, from: Some(new.from.ip()) },
            logs_in: true,
        }
    }

    pub(super) fn user(new: &'a NewUser) -> Self {
        let (made, logs_in) = match &new.origin {
            Origin::Owner { from, at } => (Visit { at: *at, from: Some(from.ip()) }, true),
            Origin::Administrator(context) => (Visit { at: context.at, from: context.from }, false),
        };
        Self {
            uuid: new.uuid,
            username: &new.username,
            nickname: new.nickname.clone(),
            avatar: &new.avatar,
            password: Some(&new.password),
            made,
            logs_in,
        }
    }

    pub(super) fn imported(new: &'a ImportedUser) -> Self {
        Self {
            uuid: new.uuid,
            username: &new.username,
            nickname: new.nickname.clone(),
            avatar: "",
            password: new.password.as_ref(),
            made: Visit { at: new.at, from: Some(new.from.ip()) },
            logs_in: true,
        }
    }

    pub(super) const fn role(&self) -> Role {
        if self.password.is_some() { Role::User } else { Role::Visitor }
    }

    pub(super) fn insert(&self) -> InsertStatement {
        Self::insert_into().values_panic(self.values()).take()
    }

    /// A statement without rows.
    pub(super) fn insert_into() -> InsertStatement {
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

    /// Its row.
    pub(super) fn values(&self) -> [Expr; 13] {
        let (at, from) = (self.made.at.as_millis(), self.made.from.map(|from| from.to_string()));
        [
            self.uuid.into(),
            self.username.as_str().into(),
            self.username.key().as_str().into(),
            self.nickname.as_str().into(),
            self.nickname.key().into(),
            self.avatar.into(),
            self.password.map(|hash| hash.expose().to_owned()).into(),
            self.role().as_str().into(),
            at.into(),
            from.clone().into(),
            self.logs_in.then_some(at).into(),
            from.filter(|_| self.logs_in).into(),
            at.into(),
        ]
    }

    /// What was written, which need not be read again.
    pub(super) fn added(&self, id: UserId, device: Option<Device>) -> User {
        User {
            nickname: self.nickname.clone(),
            avatar: self.avatar.to_owned(),
            device,
            last_login: self.logs_in.then_some(self.made),
            ..User::new(id, self.uuid, self.username.clone(), self.role(), self.made)
        }
    }
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
