use std::sync::Arc;

use usher_domain::{Device, DeviceAttributes, NewVisitor, Role, UserChange, Username};

use super::super::{
    UNKNOWN_USER, a_user, a_visitor, add_visitor, context, hash, hash_of, new_device, new_name, new_visitor,
};
use crate::outbound::{Changed, Unlinked, UserRepository};

fn conversion(name: &str) -> UserChange {
    UserChange::Convert { username: Username::from_store(name.to_owned()), password: hash("$converted$") }
}

/// A visitor whom an administrator converts is a registered user with id and device, and starts an epoch.
pub async fn an_administrator_converts_a_visitor(it: &Arc<dyn UserRepository>) {
    let (visitor, name) = (a_visitor(it).await, new_name());
    let change = async |id, expected| it.change(id, &conversion(&name), expected, &context(60)).await;
    let converted = change(visitor.id, Some(visitor.version)).await.expect("an answer");
    let Changed::Done(user) = converted else { unreachable!("{converted:?}") };
    assert_eq!((user.id, user.uuid, user.role), (visitor.id, visitor.uuid, Role::User));
    assert_eq!((user.username.as_str(), &user.device), (name.as_str(), &visitor.device));
    assert!(user.epoch > visitor.epoch && user.last_login == visitor.last_login);
    assert_eq!(hash_of(it, &user).await, Some(hash("$converted$")));
    let found = it.find_by_username(&user.username.key()).await.expect("a search by name");
    assert_eq!(found.as_ref(), Some(&*user));
    assert_eq!(change(user.id, None).await.expect("an answer"), Changed::NotApplicable, "it is a user");
    let other = a_visitor(it).await;
    assert_eq!(change(other.id, None).await.expect("an answer"), Changed::UsernameTaken);
    assert_eq!(it.find(other.id).await.expect("an answer"), Some(other));
}

/// A device that is unlinked from a user leads nowhere, and can be a visitor's again. A visitor keeps theirs.
pub async fn a_device_is_unlinked(it: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(it).await;
    let device = visitor.device.clone().expect("a device").id;
    let unlink = async |id, device| it.unlink(id, device, &context(60)).await.expect("an answer");
    assert_eq!(unlink(visitor.id, &device).await, Unlinked::OfVisitor);
    it.change(visitor.id, &conversion(&new_name()), None, &context(60)).await.expect("an answer");
    let unknown = new_device();
    for (id, device) in [(a_user(it).await.id, &device), (UNKNOWN_USER, &device), (visitor.id, &unknown)] {
        assert_eq!(unlink(id, device).await, Unlinked::NotLinked);
    }
    assert_eq!(unlink(visitor.id, &device).await, Unlinked::Done);
    assert_eq!(unlink(visitor.id, &device).await, Unlinked::NotLinked);
    assert_eq!(it.find_by_device(&device).await.expect("an answer"), None);
    assert_eq!(it.devices(visitor.id).await.expect("devices"), []);
    let device = Device { id: device, attributes: DeviceAttributes::default() };
    let again = add_visitor(it, &NewVisitor { device, ..new_visitor() }).await;
    assert_ne!(again.id, visitor.id);
}
