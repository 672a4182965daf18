use std::sync::Arc;

use usher_domain::{Device, DeviceAttributes, DeviceId, Epoch, NewUser, Status, User, Visit};

use super::super::{
    NOW, UNKNOWN_USER, a_user, a_user_called, a_visitor, add_user, address, attribute, later, new_device,
    new_user, now, set_password, set_status,
};
use crate::outbound::UserRepository;

fn device_of(user: &User) -> &DeviceId {
    &user.device.as_ref().expect("a device").id
}

async fn visit(users: &Arc<dyn UserRepository>, device: &DeviceId, attributes: &DeviceAttributes) {
    users.record_visit(device, attributes, address(7), later(60)).await.expect("a visit");
}

/// What a device says now replaces what it said before.
pub async fn a_visit_updates_what_the_device_says(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let said = DeviceAttributes {
        platform: Some(attribute("h5")),
        model: Some(attribute("Phone 9")),
        os: Some(attribute("iOS 18")),
        brand: Some(attribute("Apple")),
    };
    visit(users, device_of(&visitor), &said).await;
    let known = now(users, &visitor).await.device.expect("a device");
    assert_eq!(known, Device { id: device_of(&visitor).clone(), attributes: said });
}

/// What is known of a device stays where it says nothing.
pub async fn a_visit_keeps_what_the_device_does_not_say(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let known = visitor.device.clone().expect("a device").attributes;
    visit(users, device_of(&visitor), &DeviceAttributes::default()).await;
    assert_eq!(now(users, &visitor).await.device, visitor.device);
    let said = DeviceAttributes { model: Some(attribute("Phone 9")), ..DeviceAttributes::default() };
    visit(users, device_of(&visitor), &said).await;
    let attributes = now(users, &visitor).await.device.expect("a device").attributes;
    assert_eq!(attributes, said.or(known));
}

/// Of a visitor it is noted when and from where it came, and nothing else of the account changes.
pub async fn a_visit_notes_when_and_from_where_a_visitor_came(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    visit(users, device_of(&visitor), &DeviceAttributes::default()).await;
    let came = Visit { at: later(60), from: Some(address(7).ip()) };
    assert_eq!(now(users, &visitor).await, User { last_login: Some(came), ..visitor });
}

/// A device alone does not touch the record of the registered user behind it.
pub async fn a_visit_leaves_the_record_of_a_registered_user(users: &Arc<dyn UserRepository>) {
    let linked = NewUser { device: Some(new_device()), ..new_user("alice") };
    let user = add_user(users, &linked).await;
    let said = DeviceAttributes { os: Some(attribute("iOS 18")), ..DeviceAttributes::default() };
    visit(users, device_of(&user), &said).await;
    let device = Some(Device { id: device_of(&user).clone(), attributes: said });
    assert_eq!(now(users, &user).await, User { device, ..user });
}

/// An unknown device leaves nothing.
pub async fn a_visit_of_an_unknown_device_changes_nothing(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let stranger = new_device();
    visit(users, &stranger, &DeviceAttributes::default()).await;
    assert_eq!(users.find_by_device(&stranger).await.expect("a search by device"), None);
    assert_eq!(now(users, &visitor).await, visitor);
}

async fn log_in(users: &Arc<dyn UserRepository>, user: &User, epoch: Epoch) -> bool {
    users.record_login(user.id, epoch, address(9), later(90)).await.expect("a login")
}

/// A login is noted, and changes nothing that an administrator decides by.
pub async fn a_login_is_recorded(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    assert!(log_in(users, &user, user.epoch).await);
    let came = Visit { at: later(90), from: Some(address(9).ip()) };
    assert_eq!(now(users, &user).await, User { last_login: Some(came), ..user });
}

/// A login is not noted for who may not enter, or is not there.
pub async fn no_login_is_recorded_for_an_inactive_account(users: &Arc<dyn UserRepository>) {
    for status in [Status::Disabled, Status::Locked] {
        let user = a_user(users).await;
        let disabled = set_status(users, &user, status).await;
        assert!(!log_in(users, &disabled, disabled.epoch).await, "{status:?}");
        assert_eq!(now(users, &user).await, disabled);
    }
    let stranger = User { id: UNKNOWN_USER, ..a_user(users).await };
    assert!(!log_in(users, &stranger, stranger.epoch).await);
}

/// A login that began before the sessions were ended is not noted, even if the account may be used again.
pub async fn a_login_is_not_recorded_from_an_earlier_epoch(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    set_status(users, &user, Status::Disabled).await;
    let back = set_status(users, &user, Status::Enabled).await;
    assert!(!log_in(users, &user, user.epoch).await);
    assert_eq!(now(users, &user).await, back);
    set_password(users, &user, "$second$").await.expect("a new password");
    assert!(!log_in(users, &user, back.epoch).await);
    let current = now(users, &user).await;
    assert!(log_in(users, &user, current.epoch).await);
}

/// Whom a visitor turned out to be is remembered, each once, the newest first.
pub async fn aliases_are_listed_once_and_newest_first(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let (alice, bob) = (a_user_called(users, "alice").await, a_user_called(users, "bobby").await);
    for (user, at) in [(&alice, later(1)), (&bob, later(2)), (&alice, later(3))] {
        users.record_alias(visitor.id, user.id, at).await.expect("an alias");
    }
    assert_eq!(users.aliases(visitor.id).await.expect("aliases"), [alice.id, bob.id]);
}

/// Only the visitor for whom an alias was recorded has it, and not the user it leads to.
pub async fn aliases_belong_to_the_visitor_they_were_recorded_for(users: &Arc<dyn UserRepository>) {
    let (visitor, other, alice) = (a_visitor(users).await, a_visitor(users).await, a_user(users).await);
    users.record_alias(visitor.id, alice.id, NOW).await.expect("an alias");
    for nobody in [other.id, alice.id, UNKNOWN_USER] {
        assert_eq!(users.aliases(nobody).await.expect("aliases"), []);
    }
}
