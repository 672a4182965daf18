//! The laws of a [`RevocationOutbox`].

use std::sync::Arc;

use usher_domain::{Epoch, Status, User, UserChange, UserId};

use super::{
    UNKNOWN_USER, a_user, a_user_called, a_visitor, at_once, change_status, change_status_at, context,
    delete, hash, later, new_uuid, now, set_password, set_status, upgrade_of, upgraded,
};
use crate::outbound::{Pending, Revocation, RevocationOutbox, SyncToken, UserRepository};

/// An outbox, and the users whose changes fill it.
pub struct Outbox {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Knows whose sessions have to be ended.
    pub outbox: Arc<dyn RevocationOutbox>,
}

impl Outbox {
    async fn pending(&self) -> Pending {
        self.outbox.pending(UserId(0), 100).await.expect("an answer")
    }

    async fn left(&self) -> Vec<Revocation> {
        self.pending().await.revocations
    }

    async fn kept(&self) -> Vec<Revocation> {
        self.outbox.kept(UserId(0), 100).await.expect("an answer")
    }

    async fn confirm(&self, seen: SyncToken, delivered: &[Revocation], seconds: u32) -> Option<SyncToken> {
        let next = SyncToken(new_uuid());
        let confirmed = self.outbox.confirm(seen, next, delivered, later(seconds)).await.expect("an answer");
        confirmed.then_some(next)
    }

    /// As when all that is pending was delivered, at this time.
    async fn confirm_all(&self, seconds: u32) -> SyncToken {
        let Pending { token, revocations } = self.pending().await;
        self.confirm(token, &revocations, seconds).await.expect("no other confirmation")
    }

    /// Disables a new user, at this time.
    async fn revoked(&self, seconds: u32) -> Revocation {
        let user = a_user(&self.users).await;
        change_status_at(&self.users, &user, Status::Disabled, None, seconds).await;
        Revocation { user: user.id, epoch: Epoch(1) }
    }
}

fn left_by(user: &User) -> Revocation {
    Revocation { user: user.id, epoch: user.epoch }
}

/// What starts an epoch leaves a revocation of the sessions before it.
pub async fn every_change_that_starts_an_epoch_leaves_a_revocation(it: &Outbox) {
    let visitor = a_visitor(&it.users).await;
    let mut expected = vec![
        left_by(&set_status(&it.users, &a_user(&it.users).await, Status::Disabled).await),
        left_by(&set_status(&it.users, &a_user(&it.users).await, Status::Locked).await),
        left_by(&upgraded(&it.users, &visitor, "alice").await),
        left_by(&delete(&it.users, &a_user(&it.users).await).await.expect("a user")),
    ];
    let user = a_user(&it.users).await;
    let changed = set_password(&it.users, &user, "$second$").await;
    expected.push(left_by(&changed.expect("a user")));
    expected.sort_by_key(|revocation| revocation.user);
    assert_eq!(it.left().await, expected);
}

/// What starts none leaves none: coming, enabling, and whatever was refused.
pub async fn nothing_else_leaves_a_revocation(it: &Outbox) {
    let (visitor, alice) = (a_visitor(&it.users).await, a_user_called(&it.users, "alice").await);
    set_status(&it.users, &alice, Status::Enabled).await;
    change_status(&it.users, &alice, Status::Disabled, Some(usher_domain::Version(9))).await;
    it.users.upgrade(&upgrade_of(&visitor, "ALICE")).await.expect("an answer");
    set_password(&it.users, &visitor, "$second$").await;
    it.users.change(UNKNOWN_USER, &UserChange::Delete, None, &context(60)).await.expect("an answer");
    assert_eq!(it.left().await, []);
    assert_eq!(it.kept().await, []);
}

/// It stays, however often it is looked at.
pub async fn a_revocation_stays(it: &Outbox) {
    let user = set_status(&it.users, &a_user(&it.users).await, Status::Disabled).await;
    for _ in 0..2 {
        assert_eq!(it.left().await, [left_by(&user)]);
        assert_eq!(it.kept().await, [left_by(&user)]);
    }
}

/// There is one for each user, the latest.
pub async fn the_latest_revocation_of_a_user_is_kept(it: &Outbox) {
    let user = a_user(&it.users).await;
    change_status_at(&it.users, &user, Status::Disabled, None, 1).await;
    let second = set_status(&it.users, &now(&it.users, &user).await, Status::Locked).await;
    assert_eq!(it.left().await, [left_by(&second)]);
    assert_eq!(second.epoch, Epoch(2));
}

/// Pages follow each other without a gap, of what is pending and of all that is kept.
pub async fn pages_of_revocations_are_whole(it: &Outbox) {
    let mut left = Vec::new();
    for seconds in [3, 2, 2, 1, 1] {
        left.push(it.revoked(seconds).await);
    }
    let (mut pending, mut kept) = (Vec::new(), Vec::new());
    let mut after = UserId(0);
    while let page @ [.., last] = &it.outbox.pending(after, 2).await.expect("an answer").revocations[..] {
        assert_eq!(it.outbox.kept(after, 2).await.expect("an answer"), page);
        assert!(page.len() <= 2);
        pending.extend_from_slice(page);
        after = last.user;
    }
    assert_eq!(pending, left);
    it.confirm(it.pending().await.token, &left[1..3], 9).await.expect("no other confirmation");
    assert_eq!(it.left().await, [left[0], left[3], left[4]]);
    after = UserId(0);
    while let page @ [.., last] = &it.outbox.kept(after, 2).await.expect("an answer")[..] {
        kept.extend_from_slice(page);
        after = last.user;
    }
    assert_eq!(kept, left);
}

/// What was confirmed is pending no more, and is kept.
pub async fn a_confirmed_revocation_is_kept(it: &Outbox) {
    let told = it.revoked(1).await;
    let token = it.confirm_all(2).await;
    assert_eq!(it.pending().await, Pending { token, revocations: Vec::new() });
    assert_eq!(it.kept().await, [told]);
    let other = it.revoked(3).await;
    assert_eq!(it.pending().await, Pending { token, revocations: vec![other] });
}

/// A change that is made later is pending, whatever was confirmed before, and whatever clocks say.
pub async fn a_later_change_is_pending_again(it: &Outbox) {
    let user = a_user(&it.users).await;
    for seconds in [60, 5, 90] {
        let password = UserChange::Password(hash(&format!("${seconds}$")));
        it.users.change(user.id, &password, None, &context(seconds)).await.expect("an answer");
        let changed = now(&it.users, &user).await;
        assert_eq!(it.left().await, [left_by(&changed)]);
        it.confirm_all(30).await;
        assert_eq!(it.left().await, []);
    }
}

/// That an epoch was delivered says nothing about the next one.
pub async fn confirming_an_epoch_leaves_a_later_one_pending(it: &Outbox) {
    let first = it.revoked(1).await;
    let user = it.users.find(first.user).await.expect("an answer").expect("a user");
    let seen = it.pending().await;
    let second = left_by(&set_status(&it.users, &user, Status::Locked).await);
    it.confirm(seen.token, &seen.revocations, 9).await.expect("no other confirmation");
    assert_eq!(it.left().await, [second]);
}

/// Of confirmations of one state one is noted, and the others are told that theirs is not.
pub async fn of_confirmations_at_once_one_is_noted(it: &Outbox) {
    for _ in 0..5 {
        let rows: Vec<_> = [it.revoked(1).await, it.revoked(1).await].into();
        let seen = it.pending().await;
        let outcomes = at_once((0..8).map(|n| {
            let (outbox, next) = (Arc::clone(&it.outbox), SyncToken(new_uuid()));
            let delivered = [rows[n % 2]];
            async move {
                let noted = outbox.confirm(seen.token, next, &delivered, later(2)).await.expect("an answer");
                noted.then_some((next, delivered[0]))
            }
        }))
        .await;
        let noted: Vec<_> = outcomes.into_iter().flatten().collect();
        let [(token, told)] = noted[..] else { unreachable!("{} were noted", noted.len()) };
        let rest = rows.into_iter().filter(|row| *row != told).collect::<Vec<_>>();
        assert_eq!(it.pending().await, Pending { token, revocations: rest });
        it.confirm_all(2).await;
    }
}

/// A confirmation of a state that is not the latest notes nothing.
pub async fn a_late_confirmation_notes_nothing(it: &Outbox) {
    let seen = it.pending().await.token;
    let token = it.confirm_all(1).await;
    let told = it.revoked(1).await;
    assert_eq!(it.confirm(seen, &[told], 2).await, None);
    assert_eq!(it.pending().await, Pending { token, revocations: vec![told] });
}

/// Those that were made and confirmed before a given time are forgotten. One that is pending never is, whatever its age.
pub async fn old_revocations_are_forgotten_once_confirmed(it: &Outbox) {
    let old = it.revoked(1).await;
    let forget = async |seconds| it.outbox.forget_confirmed(later(seconds)).await.expect("an answer");
    assert_eq!(forget(1_000_000).await, 0);
    assert_eq!(it.left().await, [old]);
    // Its age counts from when it was confirmed: only then was it in the store.
    it.confirm_all(50).await;
    let new = it.revoked(60).await;
    assert_eq!(forget(50).await, 0);
    assert_eq!(forget(60).await, 1);
    assert_eq!(it.kept().await, [new]);
}

/// Where no store is told any, age alone decides.
pub async fn old_revocations_are_forgotten_without_a_sink(it: &Outbox) {
    it.revoked(1).await;
    let new = it.revoked(60).await;
    assert_eq!(it.outbox.forget_all(later(60)).await.expect("an answer"), 1);
    assert_eq!(it.left().await, [new]);
    assert_eq!(it.outbox.forget_all(later(60)).await.expect("an answer"), 0);
}

/// Who is removed for good leaves what ends their sessions.
pub async fn a_revocation_outlives_its_user(it: &Outbox) {
    let user = a_user(&it.users).await;
    let deleted = delete(&it.users, &user).await.expect("a user");
    assert_eq!(it.users.purge(later(1_000_000), 10, &context(1_000_000)).await.expect("an answer"), 1);
    assert_eq!(it.users.find(user.id).await.expect("an answer"), None);
    assert_eq!(it.left().await, [left_by(&deleted)]);
    it.confirm_all(60).await;
    assert_eq!(it.kept().await, [left_by(&deleted)]);
}

/// Of changes at once the last one's revocation stays.
pub async fn of_changes_at_once_the_last_ones_revocation_stays(it: &Outbox) {
    let user = a_user(&it.users).await;
    at_once((0..20).map(|n| {
        let (users, id) = (Arc::clone(&it.users), user.id);
        let password = UserChange::Password(hash(&format!("${n}$")));
        async move { users.change(id, &password, None, &context(60)).await.expect("an answer") }
    }))
    .await;
    let last = now(&it.users, &user).await;
    assert_eq!(last.epoch, Epoch(20));
    assert_eq!(it.left().await, [left_by(&last)]);
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
                pages_of_revocations_are_whole,
                a_confirmed_revocation_is_kept,
                a_later_change_is_pending_again,
                confirming_an_epoch_leaves_a_later_one_pending,
                of_confirmations_at_once_one_is_noted,
                a_late_confirmation_notes_nothing,
                old_revocations_are_forgotten_once_confirmed,
                old_revocations_are_forgotten_without_a_sink,
                a_revocation_outlives_its_user,
                of_changes_at_once_the_last_ones_revocation_stays,
            ]
        );
    };
}
