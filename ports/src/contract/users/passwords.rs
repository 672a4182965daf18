use std::sync::Arc;

use usher_domain::{Epoch, User, Version};

use super::super::{UNKNOWN_USER, a_user, a_visitor, hash, hash_of, later, now, set_password};
use crate::outbound::UserRepository;

async fn replace_hash(users: &Arc<dyn UserRepository>, user: &User, old: &str, new: &str) {
    users.replace_hash(user.id, &hash(old), &hash(new)).await.expect("an answer");
}

/// A new password replaces the old one and starts the next session epoch.
pub async fn a_new_password_starts_an_epoch(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let after = set_password(users, &user, "$second$").await;
    let (version, epoch) = (Version(user.version.0 + 1), Epoch(user.epoch.0 + 1));
    let expected = User { version, epoch, updated_at: later(60), ..user };
    assert_eq!(after.as_ref(), Some(&expected));
    assert_eq!(now(users, &expected).await, expected);
    assert_eq!(hash_of(users, &expected).await, Some(hash("$second$")));
}

/// A visitor gets no password.
pub async fn a_visitor_is_given_no_password(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    assert_eq!(set_password(users, &visitor, "$second$").await, None);
    assert_eq!(hash_of(users, &visitor).await, None);
    assert_eq!(now(users, &visitor).await, visitor);
}

/// An unknown user gets no password.
pub async fn an_unknown_user_gets_no_password(users: &Arc<dyn UserRepository>) {
    let stranger = User { id: UNKNOWN_USER, ..a_user(users).await };
    assert_eq!(set_password(users, &stranger, "$second$").await, None);
    assert_eq!(hash_of(users, &stranger).await, None);
}

/// A hash is replaced by a better one of the same password; nothing else changes.
pub async fn a_hash_is_replaced_when_it_is_the_one_that_was_verified(users: &Arc<dyn UserRepository>) {
    let (user, other) = (a_user(users).await, a_user(users).await);
    replace_hash(users, &user, "$first$", "$better$").await;
    assert_eq!(hash_of(users, &user).await, Some(hash("$better$")));
    assert_eq!(now(users, &user).await, user);
    assert_eq!(hash_of(users, &other).await, Some(hash("$first$")));
}

/// A hash is not replaced when there is another one by now.
pub async fn a_hash_is_not_replaced_when_it_is_another_one_by_now(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    set_password(users, &user, "$second$").await;
    replace_hash(users, &user, "$first$", "$better$").await;
    replace_hash(users, &user, "$SECOND$", "$better$").await;
    assert_eq!(hash_of(users, &user).await, Some(hash("$second$")));
}

/// Who has no password does not get one by replacing it.
pub async fn a_hash_is_not_replaced_where_there_is_none(users: &Arc<dyn UserRepository>) {
    let visitor = a_visitor(users).await;
    replace_hash(users, &visitor, "", "$better$").await;
    users.replace_hash(UNKNOWN_USER, &hash(""), &hash("$better$")).await.expect("an answer");
    assert_eq!(hash_of(users, &visitor).await, None);
}
