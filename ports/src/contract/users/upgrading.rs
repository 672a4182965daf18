use std::sync::Arc;

use usher_domain::{Epoch, Role, Status, User, Version, Visit};

use super::super::{
    UNKNOWN_USER, a_user, a_user_called, a_visitor, hash, hash_of, new_name, now, set_status, upgrade_of,
    upgraded,
};
use super::adding::called;
use crate::outbound::{Upgraded, UserRepository};

/// An upgraded visitor is the same account: only name, role and what counts changes are others.
pub async fn an_upgrade_keeps_id_uuid_and_device(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let profile = users.profile(visitor.id).await.expect("an answer");
    let command = upgrade_of(&visitor, "Alice_1");
    let user = upgraded(users, &visitor, "Alice_1").await;
    let expected = User {
        username: command.username,
        role: Role::User,
        last_login: Some(Visit { at: command.at, from: Some(command.from.ip()) }),
        updated_at: command.at,
        version: Version(visitor.version.0 + 1),
        epoch: Epoch(visitor.epoch.0 + 1),
        ..visitor.clone()
    };
    assert_eq!(user, expected);
    assert_eq!(now(users, &visitor).await, expected);
    assert_eq!(users.profile(visitor.id).await.expect("an answer"), profile);
}

/// An upgrade starts the next session epoch.
pub async fn an_upgrade_starts_an_epoch(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    assert!(upgraded(users, &visitor, "alice").await.epoch > visitor.epoch);
}

/// An upgrade sets the password.
pub async fn an_upgrade_sets_the_password(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    upgraded(users, &visitor, "alice").await;
    assert_eq!(hash_of(users, &visitor).await, Some(hash("$upgraded$")));
}

/// The device still leads to the account, the new name does, and the visitor's name is free.
pub async fn an_upgraded_visitor_is_found_by_the_new_name(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let user = upgraded(users, &visitor, "alice").await;
    let device = &visitor.device.as_ref().expect("a device").id;
    assert_eq!(users.find_by_device(device).await.expect("a search by device").as_ref(), Some(&user));
    assert_eq!(called(users, "alice").await, Some(user));
    assert_eq!(called(users, visitor.username.as_str()).await, None);
}

/// Who is a registered user already is not upgraded, and keeps name and password.
pub async fn refuses_to_upgrade_a_registered_user(users: &Arc<dyn UserRepository>) {
    let (born, made) = (a_user(users).await, a_visitor(users).await);
    let made = upgraded(users, &made, "alice").await;
    for user in [born, made] {
        let password = hash_of(users, &user).await;
        assert_refused(users, &user, Upgraded::NotAVisitor).await;
        assert_eq!(hash_of(users, &user).await, password);
    }
}

/// Who is not enabled is not upgraded.
pub async fn refuses_to_upgrade_a_visitor_that_is_not_enabled(users: &Arc<dyn UserRepository>) {
    for status in [Status::Disabled, Status::Locked] {
        let visitor = a_visitor(users).await;
        let disabled = set_status(users, &visitor, status).await;
        assert_refused(users, &disabled, Upgraded::NotAVisitor).await;
        assert_eq!(hash_of(users, &disabled).await, None);
        let back = set_status(users, &visitor, Status::Enabled).await;
        upgraded(users, &back, &new_name()).await;
    }
}

/// An unknown user is not upgraded.
pub async fn refuses_to_upgrade_an_unknown_user(users: &Arc<dyn UserRepository>) {
    let stranger = User { id: UNKNOWN_USER, ..a_visitor(users).await };
    let refused = users.upgrade(&upgrade_of(&stranger, "alice")).await.expect("an answer");
    assert_eq!(refused, Upgraded::NotAVisitor);
    assert_eq!(called(users, "alice").await, None);
}

/// A visitor does not get a taken name, whatever the case, and stays a visitor.
pub async fn refuses_to_upgrade_to_a_taken_name(users: &Arc<dyn UserRepository>) {
    let (alice, visitor) = (a_user_called(users, "Alice").await, a_visitor(users).await);
    for name in ["Alice", "aLICE"] {
        let refused = users.upgrade(&upgrade_of(&visitor, name)).await.expect("an answer");
        assert_eq!(refused, Upgraded::UsernameTaken, "{name}");
    }
    assert_eq!(now(users, &visitor).await, visitor);
    assert_eq!(hash_of(users, &visitor).await, None);
    assert_eq!(called(users, "alice").await, Some(alice));
}

/// Tries an upgrade to a free name; it must come to `refusal` and change nothing.
async fn assert_refused(users: &Arc<dyn UserRepository>, user: &User, refusal: Upgraded) {
    let name = new_name();
    let refused = users.upgrade(&upgrade_of(user, &name)).await.expect("an answer");
    assert_eq!(refused, refusal);
    assert_eq!(&now(users, user).await, user);
    assert_eq!(called(users, &name).await, None);
}
