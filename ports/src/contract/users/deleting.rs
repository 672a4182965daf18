use std::sync::Arc;

use usher_domain::{AccountTotals, Keyword, NewUser, Status, UserChange, UserFilter};

use super::super::{
    UNKNOWN_USER, a_user, a_user_called, a_visitor, add_user, address, context, delete, done, later,
    new_device, new_user, now, set_status, upgrade_of,
};
use crate::outbound::{Upgraded, UserRepository};

type Users = Arc<dyn UserRepository>;

/// Who is deleted is marked so, once, and is there no more for anything but being looked at.
pub async fn a_deleted_user_is_marked_once(users: &Users) {
    let alice = a_user_called(users, "alice").await;
    let deleted = delete(users, &alice).await.expect("a user");
    assert!(deleted.deleted_at.is_some() && !deleted.is_active());
    assert_eq!(now(users, &alice).await, deleted);
    assert_eq!(delete(users, &alice).await, None);
    let noted = users.record_login(alice.id, deleted.epoch, address(9), later(90)).await;
    assert!(!noted.expect("an answer"));
}

/// Who is deleted is not found, however much of the name is known.
pub async fn a_deleted_user_is_not_found(users: &Users) {
    let alice = a_user_called(users, "alice").await;
    delete(users, &alice).await.expect("a user");
    for typed in ["a", "al", "ali", "alice"] {
        let keyword = Keyword::parse(typed).expect("a keyword");
        assert_eq!(users.search(&keyword, UNKNOWN_USER, 10).await.expect("a search"), [], "{typed}");
    }
}

/// A deleted visitor is not upgraded, and the name of a deleted user stays taken.
pub async fn a_deleted_user_keeps_name_and_device(users: &Users) {
    let (alice, visitor) = (a_user_called(users, "alice").await, a_visitor(users).await);
    delete(users, &alice).await.expect("a user");
    let refused = users.upgrade(&upgrade_of(&visitor, "alice")).await.expect("an answer");
    assert_eq!(refused, Upgraded::UsernameTaken);
    delete(users, &visitor).await.expect("a user");
    let refused = users.upgrade(&upgrade_of(&visitor, "another")).await.expect("an answer");
    assert_eq!(refused, Upgraded::NotAVisitor);
}

/// A restored user is as before the deletion.
pub async fn a_deleted_user_can_be_brought_back(users: &Users) {
    let user = a_user(users).await;
    let gone = delete(users, &user).await.expect("a user");
    assert_eq!(gone.deleted_at, Some(later(60)));
    let back = done(
        users
            .change(gone.id, &UserChange::Restore, Some(gone.version), &context(60))
            .await
            .expect("an answer"),
    )
    .expect("a user");
    assert!(back.is_active() && back.epoch == gone.epoch);
    assert_eq!(now(users, &user).await, back);
}

/// Deleted accounts are removed when their time is up, with all that belongs to them; name and device can be had again.
pub async fn deleted_users_are_removed_for_good(users: &Users) {
    let device = new_device();
    let linked = NewUser { device: Some(device.clone()), ..new_user("leaving_01") };
    let (old, late, stays) = (add_user(users, &linked).await, a_user(users).await, a_user(users).await);
    delete(users, &old).await.expect("a user");
    users.change(late.id, &UserChange::Delete, None, &context(120)).await.expect("an answer");
    let due = async |before| {
        let filter = UserFilter { deleted_before: Some(before), ..UserFilter::default() };
        users.count(&filter, 10).await.expect("a count")
    };
    assert_eq!((due(later(60)).await, due(later(61)).await), (0, 1));
    assert_eq!(users.purge(later(60), 10, &context(200)).await.expect("a number"), 0);
    assert_eq!(users.purge(later(61), 10, &context(200)).await.expect("a number"), 1);
    assert_eq!(users.find(old.id).await.expect("an answer"), None);
    assert_eq!(users.profile(old.id).await.expect("an answer"), None);
    assert!(users.find(late.id).await.expect("an answer").is_some());
    assert!(users.find(stays.id).await.expect("an answer").is_some());
    let next = add_user(users, &linked_again(&device)).await;
    assert!(next.id > stays.id, "a number is given once");
}

/// All accounts are counted, and of those that are not deleted the disabled ones.
pub async fn accounts_are_counted(users: &Users) {
    assert_eq!(users.account_totals().await.expect("numbers"), AccountTotals::default());
    for status in [Status::Enabled, Status::Disabled, Status::Locked] {
        let (user, gone) = (a_user(users).await, a_visitor(users).await);
        set_status(users, &user, status).await;
        let gone = set_status(users, &gone, status).await;
        delete(users, &gone).await.expect("a user");
    }
    let expected = AccountTotals { accounts: 3, disabled: 2, deleted: 3 };
    assert_eq!(users.account_totals().await.expect("numbers"), expected);
}

fn linked_again(device: &usher_domain::DeviceId) -> NewUser {
    NewUser { device: Some(device.clone()), ..new_user("leaving_01") }
}
