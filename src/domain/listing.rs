//! What administrators ask lists for.

use std::net::IpAddr;

use crate::{
    AuditAction, DeviceAttribute, ManagedUser, Role, Search, Status, Timestamp, User, UserId, UsernameKey,
};

/// Which users to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Only those that were registered from this address.
    pub registered_from: Option<IpAddr>,
    /// Only these.
    pub role: Option<Role>,
    /// Only these.
    pub status: Option<Status>,
    /// Only those that are deleted, or only those that are not.
    pub deleted: Option<bool>,
    /// Only those that were deleted before this time.
    pub deleted_before: Option<Timestamp>,
    /// Only those who came with a device of this platform.
    pub platform: Option<DeviceAttribute>,
    /// Only those that it finds.
    pub search: Option<Search>,
    /// Only those who registered no later than this one.
    pub up_to: Option<UserId>,
}

impl UserFilter {
    /// Whether a user whom the filter found still matches, as far as an account alone tells: neither the devices nor the
    /// search are looked at again.
    pub fn still_admits(&self, user: &User) -> bool {
        self.role.is_none_or(|role| user.role == role)
            && self.status.is_none_or(|status| user.status == status)
            && self.deleted.is_none_or(|deleted| user.deleted_at.is_some() == deleted)
    }
}

/// In which order to list them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserOrder {
    /// By id, the highest first.
    #[default]
    Newest,
    /// By the last login, the latest first; those without one at the end.
    LastLogin,
    /// By name.
    Username,
}

impl UserOrder {
    /// Where the first page begins.
    pub const fn start(self) -> UserCursor {
        match self {
            Self::Newest => UserCursor::Newest(None),
            Self::LastLogin => UserCursor::LastLogin(None),
            Self::Username => UserCursor::Username(None),
        }
    }

    /// Where the page begins that follows a page with this last user.
    pub fn after(self, last: &ManagedUser) -> UserCursor {
        match self {
            Self::Newest => UserCursor::Newest(Some(last.id)),
            Self::LastLogin => UserCursor::LastLogin(Some((last.last_login.map(|visit| visit.at), last.id))),
            Self::Username => UserCursor::Username(Some(last.username.key())),
        }
    }
}

/// The order of a list, and what it is sorted by of the last user before the page: nothing for the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserCursor {
    /// [`UserOrder::Newest`].
    Newest(Option<UserId>),
    /// [`UserOrder::LastLogin`]; the id tells users apart who logged in at one instant.
    LastLogin(Option<(Option<Timestamp>, UserId)>),
    /// [`UserOrder::Username`].
    Username(Option<UsernameKey>),
}

impl UserCursor {
    /// Whether the page it begins is the first one.
    pub const fn is_start(&self) -> bool {
        matches!(self, Self::Newest(None) | Self::LastLogin(None) | Self::Username(None))
    }
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only by this one.
    pub by: Option<String>,
    /// Only by those whose name contains this. Names of administrators are in lower case.
    pub by_part: Option<String>,
    /// Only about those whose name contains this, in whichever case.
    pub subject_part: Option<String>,
    /// Only this.
    pub action: Option<AuditAction>,
    /// Only about this user.
    pub user: Option<UserId>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub until: Option<Timestamp>,
}
