use std::sync::Arc;

use usher_domain::{
    Device, DeviceAttributes, Epoch, Gender, NewUser, NewVisitor, Role, Status, User, UserFilter, UserOrder,
    Username, UsernameKey, Visit,
};

use super::super::{
    NOW, UNKNOWN_USER, a_user, a_user_called, a_visitor, add_user, add_visitor, address, hash_of, new_device,
    new_user, new_uuid, new_visitor, now,
};
use crate::outbound::{AddUser, AddVisitor, UserRepository};

/// A visitor is found by everything it is known by, as it was added.
pub async fn finds_a_visitor_by_all_it_is_known_by(users: &Arc<dyn UserRepository>) {
    let new = new_visitor();
    let visitor = add_visitor(users, &new).await;
    assert_eq!((visitor.role, visitor.status, visitor.deleted_at), (Role::Visitor, Status::Enabled, None));
    assert_eq!((visitor.uuid, &visitor.username), (new.uuid, &new.username));
    assert_eq!(visitor.device, Some(new.device.clone()));
    assert_eq!(visitor.registered, Visit { at: new.at, from: Some(new.from.ip()) });
    assert_eq!(visitor.epoch, Epoch(0));
    assert_found_everywhere(users, &visitor).await;
    let by_device = users.find_by_device(&new.device.id).await.expect("a search by device");
    assert_eq!(by_device, Some(visitor));
}

/// A registered user is found by everything it is known by, as it was added.
pub async fn finds_a_user_by_all_it_is_known_by(users: &Arc<dyn UserRepository>) {
    let new = new_user("Alice_1");
    let user = add_user(users, &new).await;
    assert_eq!((user.role, user.status, user.deleted_at), (Role::User, Status::Enabled, None));
    assert_eq!((user.uuid, &user.username, &user.nickname), (new.uuid, &new.username, &new.nickname));
    assert_eq!(user.device, None);
    assert_eq!(user.registered, Visit { at: NOW, from: Some(address(1).ip()) });
    assert_eq!(hash_of(users, &user).await, Some(new.password));
    assert_found_everywhere(users, &user).await;
}

async fn assert_found_everywhere(users: &Arc<dyn UserRepository>, user: &User) {
    assert_eq!(users.find(user.id).await.expect("a search by id").as_ref(), Some(user));
    assert_eq!(users.find_by_uuid(user.uuid).await.expect("a search by uuid").as_ref(), Some(user));
    assert_eq!(called(users, user.username.as_str()).await.as_ref(), Some(user));
}

pub(super) async fn called(users: &Arc<dyn UserRepository>, name: &str) -> Option<User> {
    users.find_by_username(&UsernameKey::of(name)).await.expect("a search by name")
}

/// Who is not there is not found, has no hash and no profile.
pub async fn finds_no_unknown_user(users: &Arc<dyn UserRepository>) {
    a_visitor(users).await;
    assert_eq!(users.find(UNKNOWN_USER).await.expect("a search by id"), None);
    assert_eq!(users.find_by_uuid(new_uuid()).await.expect("a search by uuid"), None);
    assert_eq!(users.find_by_device(&new_device()).await.expect("a search by device"), None);
    assert_eq!(called(users, "nobody").await, None);
    assert_eq!(users.password_hash(UNKNOWN_USER).await.expect("a search for a hash"), None);
    assert_eq!(users.profile(UNKNOWN_USER).await.expect("a search for a profile"), None);
}

/// A name is kept as it was typed and found however it is typed.
pub async fn finds_a_name_in_any_case_and_width(users: &Arc<dyn UserRepository>) {
    let alice = a_user_called(users, "Alice_1").await;
    for typed in ["Alice_1", "alice_1", "ALICE_1", "ａｌｉｃｅ_１"] {
        let found = called(users, typed).await.expect("Alice");
        assert_eq!((found.id, found.username.as_str()), (alice.id, "Alice_1"), "{typed}");
    }
    assert_eq!(called(users, "alice_").await, None);
    assert_eq!(called(users, "alice%").await, None);
}

/// No user is added under a taken name, whatever the case.
pub async fn refuses_a_taken_username(users: &Arc<dyn UserRepository>) {
    let alice = a_user_called(users, "Alice_1").await;
    for name in ["Alice_1", "aLICE_1"] {
        let refused = users.add_user(&new_user(name)).await.expect("an answer");
        assert_eq!(refused, AddUser::UsernameTaken, "{name}");
        let visitor = NewVisitor { username: Username::from_store(name.to_owned()), ..new_visitor() };
        let refused = users.add_visitor(&visitor).await.expect("an answer");
        assert_eq!(refused, AddVisitor::UsernameTaken, "{name}");
    }
    assert_eq!(called(users, "alice_1").await, Some(alice));
}

/// No user is added with a taken device.
pub async fn refuses_a_taken_device(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let device = visitor.device.clone().expect("the device it was added with");
    let again = NewVisitor { device: device.clone(), ..new_visitor() };
    assert_eq!(users.add_visitor(&again).await.expect("an answer"), AddVisitor::DeviceTaken);
    let registered = NewUser { device: Some(device.id.clone()), ..new_user("alice") };
    assert_eq!(users.add_user(&registered).await.expect("an answer"), AddUser::DeviceTaken);
    assert_eq!(users.find_by_device(&device.id).await.expect("a search by device"), Some(visitor));
}

/// Device ids are compared as they are, upper and lower case apart.
pub async fn tells_devices_apart_by_case(users: &Arc<dyn UserRepository>) {
    let device = |text: &str| usher_domain::DeviceId::parse(&text.repeat(36)).expect("a device id");
    for id in [device("a"), device("A")] {
        let device = Device { id: id.clone(), attributes: DeviceAttributes::default() };
        let visitor = add_visitor(users, &NewVisitor { device, ..new_visitor() }).await;
        let found = users.find_by_device(&id).await.expect("a search by device");
        assert_eq!(found.map(|user| user.id), Some(visitor.id));
    }
}

/// A refused registration leaves nothing: no account, no name, no device.
pub async fn a_refused_addition_changes_nothing(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    let alice = a_user_called(users, "alice").await;
    let with_taken_device = NewUser { device: visitor.device.clone().map(|d| d.id), ..new_user("bobby") };
    let with_taken_name = NewUser { device: Some(new_device()), ..new_user("alice") };
    for new in [&with_taken_device, &with_taken_name] {
        let refused = users.add_user(new).await.expect("an answer");
        assert!(!matches!(refused, AddUser::Added(_)));
        assert_eq!(users.find_by_uuid(new.uuid).await.expect("a search by uuid"), None);
    }
    assert_eq!(called(users, "bobby").await, None);
    let free = with_taken_name.device.expect("a device");
    assert_eq!(users.find_by_device(&free).await.expect("a search by device"), None);
    assert_eq!(now(users, &visitor).await, visitor);
    let everybody = users.list(&UserFilter::default(), &UserOrder::Newest.start(), 10).await.expect("a list");
    assert_eq!(everybody, [alice, visitor]);
}

/// The device a user is added with leads to it.
pub async fn a_user_is_reached_by_the_device_it_was_added_with(users: &Arc<dyn UserRepository>) {
    let device = new_device();
    let user = add_user(users, &NewUser { device: Some(device.clone()), ..new_user("alice") }).await;
    assert_eq!(user.device, Some(Device { id: device.clone(), attributes: DeviceAttributes::default() }));
    assert_eq!(users.find_by_device(&device).await.expect("a search by device"), Some(user));
}

/// Visitors and users have a profile, each their own, from the start.
pub async fn every_user_has_a_profile_from_the_start(users: &Arc<dyn UserRepository>) {
    let (visitor, user) = (a_visitor(users).await, a_user(users).await);
    let visitors = users.profile(visitor.id).await.expect("an answer").expect("a visitor's profile");
    let registered = users.profile(user.id).await.expect("an answer").expect("a user's profile");
    assert_ne!(visitors.id, registered.id);
    for profile in [visitors, registered] {
        assert_eq!((profile.gender, profile.birthday, profile.bio), (Gender::Unknown, None, None));
        assert_eq!((profile.location, profile.website), (None, None));
    }
}

/// A visitor has no password.
pub async fn a_visitor_has_no_password(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    assert_eq!(hash_of(users, &visitor).await, None);
}
