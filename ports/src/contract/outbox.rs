//! The laws of a [`RevocationOutbox`], and of deletion, which is nothing without one.

use std::sync::Arc;

use usher_domain::{Amendment, Epoch, Status, Timestamp, User, UserId};

use super::{
    NOBODY, NOW, a_user, a_user_called, a_visitor, at_once, change_status, change_status_at, deed, delete,
    hash, later, now, set_password, set_status, upgrade_of, upgraded,
};
use crate::outbound::{Revocation, RevocationOutbox, UserRepository};

/// An outbox, and the users whose changes fill it.
pub struct Outbox {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Knows whose sessions have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
}

impl Outbox {
    async fn all(&self) -> Vec<Revocation> {
        self.page(NOW, UserId(0), 100).await
    }

    async fn page(&self, from: Timestamp, after: UserId, limit: u32) -> Vec<Revocation> {
        self.outbox.since(from, after, limit).await.expect("an answer")
    }
}

fn left_by(user: &User) -> Revocation {
    Revocation { user: user.id, epoch: user.epoch, since: later(60) }
}

/// What starts an epoch leaves a revocation of the sessions before it.
pub async fn every_change_that_starts_an_epoch_leaves_a_revocation(it: &Outbox) {
    let visitor = a_visitor(&it.users).await;
    let mut expected = vec![
        left_by(&set_status(&it.users, &a_user(&it.users).await, Status::Disabled).await),
        left_by(&set_status(&it.users, &a_user(&it.users).await, Status::Locked).await),
        left_by(&upgraded(&it.users, &visitor, "alice").await),
        left_by(&delete(&it.users, &a_user(&it.users).await).await.expect("somebody")),
    ];
    let user = a_user(&it.users).await;
    let changed = set_password(&it.users, &user, "$second$").await;
    expected.push(left_by(&changed.expect("somebody")));
    expected.sort_by_key(|revocation| revocation.user);
    assert_eq!(it.all().await, expected);
}

/// What starts none leaves none: coming, enabling, and whatever was refused.
pub async fn nothing_else_leaves_a_revocation(it: &Outbox) {
    let (visitor, alice) = (a_visitor(&it.users).await, a_user_called(&it.users, "alice").await);
    set_status(&it.users, &alice, Status::Enabled).await;
    change_status(&it.users, &alice, Status::Disabled, Some(usher_domain::Version(9))).await;
    it.users.upgrade(&upgrade_of(&visitor, "ALICE")).await.expect("an answer");
    set_password(&it.users, &visitor, "$second$").await;
    it.users.amend(NOBODY, &Amendment::Delete, None, &deed(60)).await.expect("an answer");
    assert_eq!(it.all().await, []);
}

/// It stays, however often it is looked at.
pub async fn a_revocation_stays(it: &Outbox) {
    let user = set_status(&it.users, &a_user(&it.users).await, Status::Disabled).await;
    for _ in 0..2 {
        assert_eq!(it.all().await, [left_by(&user)]);
    }
}

/// There is one for each user, the latest, of the moment of the latest change.
pub async fn the_latest_revocation_of_a_user_is_kept(it: &Outbox) {
    let user = a_user(&it.users).await;
    change_status_at(&it.users, &user, Status::Disabled, None, 1).await;
    let second = set_status(&it.users, &now(&it.users, &user).await, Status::Locked).await;
    assert_eq!(it.all().await, [left_by(&second)]);
    assert_eq!(second.epoch, Epoch(2));
}

/// Pages follow each other without a gap, also between those of one moment, and begin where they are told.
pub async fn pages_of_revocations_are_whole(it: &Outbox) {
    let mut left = Vec::new();
    for seconds in [1, 1, 1, 2] {
        let user = a_user(&it.users).await;
        change_status_at(&it.users, &user, Status::Disabled, None, seconds).await;
        left.push(Revocation { user: user.id, epoch: Epoch(1), since: later(seconds) });
    }
    let mut seen = Vec::new();
    let (mut from, mut after) = (NOW, UserId(0));
    while let [page @ .., last] = it.page(from, after, 2).await.as_slice() {
        seen.extend(page);
        seen.push(*last);
        (from, after) = (last.since, last.user);
    }
    assert_eq!(seen, left);
    assert_eq!(it.page(later(2), UserId(0), 9).await, left[3..]);
    assert_eq!(it.page(later(3), UserId(0), 9).await, []);
}

/// Those made before a moment are forgotten, and no others.
pub async fn old_revocations_are_forgotten(it: &Outbox) {
    let (old, new) = (a_user(&it.users).await, a_user(&it.users).await);
    change_status_at(&it.users, &old, Status::Disabled, None, 1).await;
    let new = set_status(&it.users, &new, Status::Disabled).await;
    assert_eq!(it.outbox.forget(later(60)).await.expect("an answer"), 1);
    assert_eq!(it.all().await, [left_by(&new)]);
    assert_eq!(it.outbox.forget(later(60)).await.expect("an answer"), 0);
}

/// The oldest are shown first, and no more than wanted.
pub async fn the_oldest_revocations_come_first(it: &Outbox) {
    let (old, new) = (a_user(&it.users).await, a_user(&it.users).await);
    change_status_at(&it.users, &new, Status::Disabled, None, 9).await;
    change_status_at(&it.users, &old, Status::Disabled, None, 1).await;
    let first = Revocation { user: old.id, epoch: Epoch(1), since: later(1) };
    assert_eq!(it.page(NOW, UserId(0), 1).await, [first]);
}

/// Of changes at once the last one's revocation stays.
pub async fn of_changes_at_once_the_last_ones_revocation_stays(it: &Outbox) {
    let user = a_user(&it.users).await;
    at_once((0..20).map(|n| {
        let (users, id) = (Arc::clone(&it.users), user.id);
        let password = Amendment::Password(hash(&format!("${n}$")));
        async move { users.amend(id, &password, None, &deed(60)).await.expect("an answer") }
    }))
    .await;
    let last = now(&it.users, &user).await;
    assert_eq!(last.epoch, Epoch(20));
    assert_eq!(it.all().await, [left_by(&last)]);
}

/// Who is deleted is marked so, once, and is there no more for anything but being looked at.
pub async fn a_deleted_user_is_marked_once(it: &Outbox) {
    let alice = a_user_called(&it.users, "alice").await;
    let deleted = delete(&it.users, &alice).await.expect("somebody");
    assert!(deleted.deleted_at.is_some() && !deleted.may_enter());
    assert_eq!(now(&it.users, &alice).await, deleted);
    assert_eq!(delete(&it.users, &alice).await, None);
    let noted = it.users.record_login(alice.id, deleted.epoch, super::address(9), later(90)).await;
    assert!(!noted.expect("an answer"));
}

/// Who is deleted is not found, however much of the name is known.
pub async fn a_deleted_user_is_not_found(it: &Outbox) {
    let alice = a_user_called(&it.users, "alice").await;
    delete(&it.users, &alice).await.expect("somebody");
    for typed in ["a", "al", "ali", "alice"] {
        let keyword = usher_domain::Keyword::parse(typed).expect("a keyword");
        assert_eq!(it.users.search(&keyword, NOBODY, 10).await.expect("a search"), [], "{typed}");
    }
}

/// A deleted visitor is not upgraded, and nobody gets the name of who is gone.
pub async fn nobody_takes_the_place_of_a_deleted_user(it: &Outbox) {
    let (alice, visitor) = (a_user_called(&it.users, "alice").await, a_visitor(&it.users).await);
    delete(&it.users, &alice).await.expect("somebody");
    let refused = it.users.upgrade(&upgrade_of(&visitor, "alice")).await.expect("an answer");
    assert_eq!(refused, crate::outbound::Upgraded::UsernameTaken);
    delete(&it.users, &visitor).await.expect("somebody");
    let refused = it.users.upgrade(&upgrade_of(&visitor, "another")).await.expect("an answer");
    assert_eq!(refused, crate::outbound::Upgraded::NotAVisitor);
}

/// Tests an outbox: `outbox_contract!(sqlite, setup())`, where the setup yields `(Outbox, guard)`.
#[macro_export]
macro_rules! outbox_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            outbox,
            [
                every_change_that_starts_an_epoch_leaves_a_revocation,
                nothing_else_leaves_a_revocation,
                a_revocation_stays,
                the_latest_revocation_of_a_user_is_kept,
                the_oldest_revocations_come_first,
                pages_of_revocations_are_whole,
                old_revocations_are_forgotten,
                of_changes_at_once_the_last_ones_revocation_stays,
                a_deleted_user_is_marked_once,
                a_deleted_user_is_not_found,
                nobody_takes_the_place_of_a_deleted_user,
            ]
        );
    };
}
