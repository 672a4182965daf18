//! Which users a list holds, and in which order.

use usher_domain::{Role, Search, Timestamp, User, UserCursor, UserFilter, UserId, UsernameKey};

/// What users are sorted by.
pub(super) type SortKey = (i64, String, i64);

pub(super) fn sort_key(order: &UserCursor, user: &User) -> SortKey {
    match order {
        UserCursor::Newest(_) => newest(user.id),
        UserCursor::LastLogin(_) => last_login(user.last_login.map(|visit| visit.at), user.id),
        UserCursor::Username(_) => username(&user.username.key()),
    }
}

/// The sort key after which a page begins.
pub(super) fn start(cursor: &UserCursor) -> Option<SortKey> {
    match cursor {
        UserCursor::Newest(after) => after.map(newest),
        UserCursor::LastLogin(after) => after.map(|(at, id)| last_login(at, id)),
        UserCursor::Username(after) => after.as_ref().map(username),
    }
}

fn newest(id: UserId) -> SortKey {
    (0, String::new(), -id.0)
}

fn last_login(at: Option<Timestamp>, id: UserId) -> SortKey {
    (at.map_or(0, |at| -at.as_millis()), String::new(), -id.0)
}

fn username(key: &UsernameKey) -> SortKey {
    (0, key.as_str().to_owned(), 0)
}

pub(super) fn fits(filter: &UserFilter, user: &User) -> bool {
    let platform = || user.device.as_ref().and_then(|device| device.attributes.platform.as_ref());
    filter.role.is_none_or(|role| user.role == role)
        && filter.status.is_none_or(|status| user.status == status)
        && filter.deleted.is_none_or(|deleted| user.deleted_at.is_some() == deleted)
        && filter.up_to.is_none_or(|last| user.id <= last)
        && filter.deleted_before.is_none_or(|time| user.deleted_at.is_some_and(|at| at < time))
        && filter.platform.as_ref().is_none_or(|wanted| platform() == Some(wanted))
        && filter.registered_from.is_none_or(|address| user.registered.from == Some(address))
        && filter.search.as_ref().is_none_or(|search| is_found(search, user))
}

fn is_found(search: &Search, user: &User) -> bool {
    let (key, keyword) = (user.username.key(), search.keyword().as_str());
    let device = user.device.as_ref().map(|device| device.id.as_str());
    user.role == Role::User && key.as_str().contains(keyword)
        || key.as_str().starts_with(keyword)
        || user.nickname.key().starts_with(keyword)
        || search.id() == Some(user.id)
        || search.uuid() == Some(user.uuid)
        || search.address().is_some_and(|address| user.registered.from == Some(address))
        || search.device().is_some_and(|start| device.is_some_and(|id| id.starts_with(start)))
}
