//! The laws of an [`EventLog`], and of what repositories append to it.

use std::sync::Arc;

use usher_domain::{EventType, LoggedEvent, NewUser, Origin, Role, Status, UserChange};

use super::{
    UNKNOWN_USER, a_user, a_visitor, add_user, at_once, change_status, context, delete, later, new_user,
    new_visitor, set_password, set_status, upgrade_of, upgraded,
};
use crate::outbound::{EventLog, UserRepository};

/// A log, and the repository that appends to it.
pub struct Events {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// Changes accounts.
    pub users: Arc<dyn UserRepository>,
}

impl Events {
    async fn all(&self) -> Vec<LoggedEvent> {
        self.log.list(0, 1_000).await.expect("events")
    }

    async fn types(&self) -> Vec<EventType> {
        self.all().await.into_iter().map(|logged| logged.event.event_type).collect()
    }
}

/// Every change of an account appends its event, which says how the account is afterwards.
pub async fn every_change_appends_its_event(it: &Events) {
    let users = &it.users;
    let visitor = a_visitor(users).await;
    let user = upgraded(users, &visitor, "eventful_01").await;
    set_status(users, &user, Status::Disabled).await;
    set_status(users, &user, Status::Enabled).await;
    set_password(users, &user, "$second$").await.expect("a change");
    delete(users, &user).await.expect("a change");
    users.change(user.id, &UserChange::Restore, None, &context(61)).await.expect("an answer");
    delete(users, &user).await.expect("a change");
    assert_eq!(users.purge(later(100), 10, &context(200)).await.expect("a number"), 1);
    let all = it.all().await;
    let said: Vec<_> =
        all.iter().map(|it| (it.event.event_type, it.event.role, it.event.status, it.event.at)).collect();
    let (enabled, disabled) = (Status::Enabled, Status::Disabled);
    assert_eq!(
        said,
        [
            (EventType::UserCreated, Role::Visitor, enabled, visitor.registered.at),
            (EventType::UserUpgraded, Role::User, enabled, later(60)),
            (EventType::UserDisabled, Role::User, disabled, later(60)),
            (EventType::UserEnabled, Role::User, enabled, later(60)),
            (EventType::UserUpdated, Role::User, enabled, later(60)),
            (EventType::UserDeleted, Role::User, enabled, later(60)),
            (EventType::UserRestored, Role::User, enabled, later(61)),
            (EventType::UserDeleted, Role::User, enabled, later(60)),
            (EventType::UserPurged, Role::User, enabled, later(200)),
        ]
    );
    assert!(all.iter().all(|logged| logged.user == user.id && logged.event.uuid == user.uuid));
    assert!(all.is_sorted_by(|one, next| one.id < next.id));
}

/// An account that registers, and one that an administrator makes, is an event as a visitor is.
pub async fn every_account_that_is_added_appends_an_event(it: &Events) {
    let own = a_user(&it.users).await;
    let new = NewUser { origin: Origin::Administrator(context(1)), ..new_user("made_for_01") };
    let made = add_user(&it.users, &new).await;
    let visitor = a_visitor(&it.users).await;
    let said: Vec<_> = it.all().await.into_iter().map(|logged| (logged.user, logged.event.role)).collect();
    assert_eq!(said, [(own.id, Role::User), (made.id, Role::User), (visitor.id, Role::Visitor)]);
    assert_eq!(it.types().await, [EventType::UserCreated; 3]);
}

/// A call that changes nothing appends nothing.
pub async fn what_changes_nothing_appends_nothing(it: &Events) {
    let user = a_user(&it.users).await;
    let visitor = new_visitor();
    it.users.add_visitor(&visitor).await.expect("an answer");
    let before = it.all().await;
    it.users.add_visitor(&visitor).await.expect("an answer");
    it.users.add_user(&new_user(user.username.as_str())).await.expect("an answer");
    it.users.upgrade(&upgrade_of(&user, "again_01")).await.expect("an answer");
    let owner = it.users.find_by_device(&visitor.device.id).await.expect("an answer").expect("a visitor");
    it.users.upgrade(&upgrade_of(&owner, user.username.as_str())).await.expect("an answer");
    change_status(&it.users, &user, Status::Enabled, None).await;
    change_status(&it.users, &user, Status::Disabled, Some(usher_domain::Version(7))).await;
    it.users.change(UNKNOWN_USER, &UserChange::Delete, None, &context(2)).await.expect("an answer");
    assert_eq!(it.users.purge(later(100), 10, &context(200)).await.expect("a number"), 0);
    assert_eq!(it.all().await, before);
}

/// Of changes at once each that is made appends one event.
pub async fn changes_at_once_append_one_event_each(it: &Events) {
    let visitor = a_visitor(&it.users).await;
    at_once((0..10_u32).map(|n| {
        let (users, upgrade) = (Arc::clone(&it.users), upgrade_of(&visitor, &format!("quick_{n:02}")));
        async move { users.upgrade(&upgrade).await.expect("an answer") }
    }))
    .await;
    assert_eq!(it.types().await, [EventType::UserCreated, EventType::UserUpgraded]);
}

/// The list goes on after an id, and is as long as asked for.
pub async fn lists_events_page_by_page(it: &Events) {
    for _ in 0..5 {
        a_visitor(&it.users).await;
    }
    let all = it.all().await;
    let first = it.log.list(0, 2).await.expect("events");
    assert_eq!(first, all[..2]);
    assert_eq!(it.log.list(first[1].id, 10).await.expect("events"), all[2..]);
    assert_eq!(it.log.list(all[4].id, 10).await.expect("events"), []);
}

/// Old events are forgotten, the oldest first, no more than asked for, and the others stay.
pub async fn forgets_old_events(it: &Events) {
    let visitor = a_visitor(&it.users).await;
    upgraded(&it.users, &visitor, "forgotten_01").await;
    a_visitor(&it.users).await;
    let all = it.all().await;
    assert_eq!(it.log.forget(visitor.registered.at, 10).await.expect("a number"), 0);
    assert_eq!(it.log.forget(later(1), 1).await.expect("a number"), 1);
    assert_eq!(it.all().await, all[1..]);
    // The upgrade came later and stays, and so does what is behind it and was not looked at.
    assert_eq!(it.log.forget(later(1), 1).await.expect("a number"), 0);
    assert_eq!(it.log.forget(later(100), 10).await.expect("a number"), 2);
    assert_eq!(it.all().await, []);
}

/// Tests a log: `events_contract!(sqlite, setup())`, where the setup yields `(Events, guard)`.
#[macro_export]
macro_rules! events_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            events,
            [
                every_change_appends_its_event,
                every_account_that_is_added_appends_an_event,
                what_changes_nothing_appends_nothing,
                changes_at_once_append_one_event_each,
                lists_events_page_by_page,
                forgets_old_events,
            ]
        );
    };
}
