use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Device, DeviceAttributes, Nickname, Reason, Timestamp, Username};

/// The database's number for a user. Old clients keep it; it survives the upgrade and is never given out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a user may do. Ordered: the lower of two roles is the one that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Known by a device only.
    Visitor,
    /// Chose a name and a password.
    User,
}

impl Role {
    /// The word that clients and stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::User => "user",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "visitor" => Ok(Self::Visitor),
            "user" => Ok(Self::User),
            _ => Err(UnknownName),
        }
    }
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Disabled by an administrator.
    Disabled,
    /// In use.
    Enabled,
    /// Reserved by the old protocol; treated as not enabled.
    Locked,
}

impl Status {
    /// The number that clients and stores use.
    pub const fn code(self) -> i64 {
        match self {
            Self::Disabled => 0,
            Self::Enabled => 1,
            Self::Locked => 2,
        }
    }

    /// The word that people use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Locked => "locked",
        }
    }
}

impl FromStr for Status {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let all = [Self::Disabled, Self::Enabled, Self::Locked];
        all.into_iter().find(|status| status.as_str() == text).ok_or(UnknownName)
    }
}

impl TryFrom<i64> for Status {
    type Error = UnknownName;

    fn try_from(code: i64) -> Result<Self, UnknownName> {
        match code {
            0 => Ok(Self::Disabled),
            1 => Ok(Self::Enabled),
            2 => Ok(Self::Locked),
            _ => Err(UnknownName),
        }
    }
}

/// A role or status that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known role or status")]
pub struct UnknownName;

/// How often a user's row changed: what an administrator saw is compared with it before a change is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub i64);

/// The epoch of a user's sessions. Whatever must end them all (disabling, an upgrade, a new password) starts
/// the next epoch in the same write, and a session of an earlier one is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub i64);

/// The time and address of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// The address, where it was recorded.
    pub from: Option<IpAddr>,
}

/// Contact data. Private.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// A mobile number, unique.
    pub mobile: Option<String>,
    /// An e-mail address, unique.
    pub email: Option<String>,
    /// The number was confirmed.
    pub mobile_verified: bool,
    /// The address was confirmed.
    pub email_verified: bool,
}

/// Accounts elsewhere that the old backend could link. Private.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalAccounts {
    /// `WeChat` open id.
    pub wechat: Option<String>,
    /// QQ open id.
    pub qq: Option<String>,
    /// Weibo user id.
    pub weibo: Option<String>,
}

/// A user, without any secret: a password hash never travels with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// The public id.
    pub uuid: Uuid,
    /// The name as it was typed.
    pub username: Username,
    /// What others see; may be empty.
    pub nickname: Nickname,
    /// URL of a picture; may be empty.
    pub avatar: String,
    /// Visitor or user.
    pub role: Role,
    /// Enabled or not.
    pub status: Status,
    /// When it is enabled again by itself, if it is disabled for a while.
    pub disabled_until: Option<Timestamp>,
    /// Why it is disabled, if a reason was given.
    pub disabled_reason: Reason,
    /// Who disabled it, as the audit log names them; empty if it is enabled.
    pub disabled_by: String,
    /// When it was removed; it is kept for a while.
    pub deleted_at: Option<Timestamp>,
    /// The device seen last, if any is linked.
    pub device: Option<Device>,
    /// Private ways to reach the person.
    pub contact: Contact,
    /// Private links to other services.
    pub accounts: ExternalAccounts,
    /// Settings, as the clients wrote them.
    pub settings: String,
    /// Position in hand-sorted lists.
    pub order: i64,
    /// When and from where the account was made.
    pub registered: Visit,
    /// When and from where it was used last.
    pub last_login: Option<Visit>,
    /// When anything about it changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub version: Version,
    /// The epoch of its sessions.
    pub epoch: Epoch,
}

/// Where an account stands in hand-sorted lists until it is sorted.
const UNSORTED: i64 = 50;

impl User {
    /// A new account with nothing but this.
    pub fn new(id: UserId, uuid: Uuid, username: Username, role: Role, registered: Visit) -> Self {
        Self {
            id,
            uuid,
            username,
            nickname: Nickname::default(),
            avatar: String::new(),
            role,
            status: Status::Enabled,
            disabled_until: None,
            disabled_reason: Reason::default(),
            disabled_by: String::new(),
            deleted_at: None,
            device: None,
            contact: Contact::default(),
            accounts: ExternalAccounts::default(),
            settings: String::new(),
            order: UNSORTED,
            registered,
            last_login: None,
            updated_at: registered.at,
            version: Version(0),
            epoch: Epoch(0),
        }
    }

    /// The account's next version. Where its sessions have to end, they are of an earlier epoch.
    #[must_use]
    pub(crate) fn changed(&self, at: Timestamp, ends_sessions: bool) -> Self {
        Self {
            updated_at: at,
            version: Version(self.version.0 + 1),
            epoch: Epoch(self.epoch.0 + i64::from(ends_sessions)),
            ..self.clone()
        }
    }

    /// Its device came back. A device alone does not touch the record of its registered owner.
    pub fn visited(&mut self, attributes: &DeviceAttributes, visit: Visit) {
        if let Some(device) = &mut self.device {
            device.attributes = attributes.clone().or(std::mem::take(&mut device.attributes));
        }
        if self.role == Role::Visitor {
            self.last_login = Some(visit);
        }
    }

    /// Whether the account has a ban of its own that a change of many accounts to this status would overwrite.
    pub(crate) fn has_ban(&self, status: Status) -> bool {
        let has_terms = self.disabled_until.is_some() || self.disabled_reason != Reason::default();
        self.status == Status::Disabled && (status == Status::Disabled || has_terms)
    }

    /// Whether the account may be used at all.
    pub fn is_active(&self) -> bool {
        self.status == Status::Enabled && self.deleted_at.is_none()
    }
}
