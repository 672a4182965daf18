//! Fixtures of the laws: each call makes a user with a name, a device and an id of their own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use usher_domain::{
    AuditContext, ClientAddress, Device, DeviceAttribute, DeviceAttributes, DeviceId, NewUser, NewVisitor,
    Nickname, Origin, PasswordHash, Reason, Status, Timestamp, Upgrade, User, UserChange, UserId, Username,
    Version,
};
use uuid::Uuid;

use crate::outbound::{AddUser, AddVisitor, Changed, Upgraded, UserRepository};

/// When the laws play: 2100-01-01.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(4_102_444_800_000);

/// The id of no user.
pub(crate) const UNKNOWN_USER: UserId = UserId(9_000_000_000);

pub(crate) fn later(seconds: u32) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds.into()))
}

/// A number that was not drawn before.
pub(crate) fn number() -> u32 {
    static DRAWN: AtomicU32 = AtomicU32::new(1);
    DRAWN.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn new_uuid() -> Uuid {
    Uuid::from_u128(u128::from(number()))
}

pub(crate) fn new_device() -> DeviceId {
    let n = number();
    DeviceId::parse(&format!("{n:08x}-0000-4000-8000-{n:012x}")).expect("a device id")
}

pub(crate) fn new_name() -> String {
    format!("person_{}", number())
}

pub(crate) fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

pub(crate) fn address(last: u8) -> ClientAddress {
    ClientAddress::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
}

pub(crate) fn attribute(text: &str) -> DeviceAttribute {
    DeviceAttribute::from_store(text.to_owned())
}

/// A visitor to be.
pub(crate) fn new_visitor() -> NewVisitor {
    let device = new_device();
    let attributes = DeviceAttributes {
        platform: Some(attribute("app")),
        os: Some(attribute("iOS 17")),
        ..DeviceAttributes::default()
    };
    NewVisitor {
        uuid: new_uuid(),
        username: Username::visitor(&device),
        device: Device { id: device, attributes },
        from: address(1),
        at: NOW,
    }
}

/// A registered user to be. Any text will do as a name, as in older installations.
pub(crate) fn new_user(name: &str) -> NewUser {
    NewUser {
        uuid: new_uuid(),
        username: Username::from_store(name.to_owned()),
        password: hash("$first$"),
        nickname: Nickname::from_store(format!("the one called {name}")),
        avatar: String::new(),
        device: None,
        origin: Origin::Owner { from: address(1), at: NOW },
    }
}

/// An audit context, later than everything else.
pub(crate) fn context(seconds: u32) -> AuditContext {
    AuditContext { by: "ann".to_owned(), from: None, at: later(seconds), reason: Reason::default() }
}

/// An upgrade of this visitor, a minute later and from another place.
pub(crate) fn upgrade_of(visitor: &User, name: &str) -> Upgrade {
    Upgrade {
        user: visitor.id,
        username: Username::from_store(name.to_owned()),
        password: hash("$upgraded$"),
        from: address(2),
        at: later(60),
    }
}

/// Adds them; they must be welcome.
pub(crate) async fn add_visitor(users: &Arc<dyn UserRepository>, new: &NewVisitor) -> User {
    match users.add_visitor(new).await.expect("a visitor is added") {
        AddVisitor::Added(user) => *user,
        refused => unreachable!("a visitor was refused: {refused:?}"),
    }
}

pub(crate) async fn a_visitor(users: &Arc<dyn UserRepository>) -> User {
    add_visitor(users, &new_visitor()).await
}

/// Adds them; they must be welcome.
pub(crate) async fn add_user(users: &Arc<dyn UserRepository>, new: &NewUser) -> User {
    match users.add_user(new).await.expect("a user is added") {
        AddUser::Added(user) => *user,
        refused => unreachable!("a user was refused: {refused:?}"),
    }
}

/// Adds a registered user with a name of their own.
pub async fn a_user(users: &Arc<dyn UserRepository>) -> User {
    a_user_called(users, &new_name()).await
}

pub(crate) async fn a_user_called(users: &Arc<dyn UserRepository>, name: &str) -> User {
    add_user(users, &new_user(name)).await
}

/// Upgrades them; it must succeed.
pub(crate) async fn upgraded(users: &Arc<dyn UserRepository>, visitor: &User, name: &str) -> User {
    match users.upgrade(&upgrade_of(visitor, name)).await.expect("an upgrade") {
        Upgraded::Done(user) => *user,
        refused => unreachable!("an upgrade was refused: {refused:?}"),
    }
}

/// Sets the status from whatever version there is.
pub(crate) async fn set_status(users: &Arc<dyn UserRepository>, user: &User, status: Status) -> User {
    match change_status(users, user, status, None).await {
        Changed::Done(user) | Changed::Unchanged(user) => *user,
        refused => unreachable!("a status was not set: {refused:?}"),
    }
}

/// Sets a password; the account must be one that has one.
pub(crate) async fn set_password(users: &Arc<dyn UserRepository>, user: &User, text: &str) -> Option<User> {
    let password = UserChange::Password(hash(text));
    done(users.change(user.id, &password, None, &context(60)).await.expect("an answer"))
}

/// Deletes a user; none if there was none to delete.
pub(crate) async fn delete(users: &Arc<dyn UserRepository>, user: &User) -> Option<User> {
    done(users.change(user.id, &UserChange::Delete, None, &context(60)).await.expect("an answer"))
}

/// The user after a change.
pub(crate) fn done(changed: Changed) -> Option<User> {
    match changed {
        Changed::Done(user) => Some(*user),
        _ => None,
    }
}

pub(crate) async fn change_status(
    users: &Arc<dyn UserRepository>,
    user: &User,
    status: Status,
    expected: Option<Version>,
) -> Changed {
    change_status_at(users, user, status, expected, 60).await
}

pub(crate) async fn change_status_at(
    users: &Arc<dyn UserRepository>,
    user: &User,
    status: Status,
    expected: Option<Version>,
    seconds: u32,
) -> Changed {
    let change = UserChange::status(status);
    users.change(user.id, &change, expected, &context(seconds)).await.expect("a change of status")
}

/// How they are now.
pub(crate) async fn now(users: &Arc<dyn UserRepository>, user: &User) -> User {
    users.find(user.id).await.expect("a search by id").expect("the user who was added")
}

/// The hash that is kept of their password.
pub(crate) async fn hash_of(users: &Arc<dyn UserRepository>, user: &User) -> Option<PasswordHash> {
    users.password_hash(user.id).await.expect("a search for a hash")
}
