//! How jobs are undone.

use usher_domain::{
    AccountState, AuditAction, BulkAction, BulkControl, BulkCounts, BulkJob, BulkJobId, BulkOutcome,
    BulkTarget, EventType, NewBulkJob, Reason, Status, User, UserChange,
};

use super::super::{a_user, at_once, context, delete, later, now, set_status};
use super::{BulkStage, Node, chosen, new_job};
use crate::outbound::BulkJobCreated;

fn undo_of(job: &BulkJob) -> NewBulkJob {
    new_job(job.action.inverse(), BulkTarget::Undoing(job.id))
}

async fn undone(it: &BulkStage, job: &BulkJob) -> BulkJob {
    let undo = it.create(&undo_of(job)).await;
    it.finish_at(undo.id, 500).await
}

async fn state(it: &BulkStage, user: &User) -> AccountState {
    AccountState::of(&now(&it.users, user).await)
}

/// A user with a ban that has an end, a reason and an actor.
async fn a_banned_user(it: &BulkStage, reason: &str) -> User {
    let user = a_user(&it.users).await;
    let ban = UserChange::Status { status: Status::Disabled, until: Some(later(9_000)), spares_bans: false };
    let context = context(1).because(Reason::parse(reason).expect("a reason"));
    it.users.change(user.id, &ban, None, &context).await.expect("an answer");
    now(&it.users, &user).await
}

/// Bans come back with end, reason and actor, deletions with their time, and what was enabled is enabled; sessions of those
/// who become disabled end.
pub async fn an_undo_brings_back_exactly_what_was(it: &BulkStage) {
    let (plain, banned) = (a_user(&it.users).await, a_banned_user(it, "spam").await);
    let another = a_banned_user(it, "abuse").await;
    let gone = a_user(&it.users).await;
    delete(&it.users, &gone).await;
    let gone = now(&it.users, &gone).await;
    let all = [&plain, &banned, &another, &gone];
    for (action, event) in [
        (BulkAction::Disable, EventType::UserEnabled),
        (BulkAction::Enable, EventType::UserDisabled),
        (BulkAction::Delete, EventType::UserRestored),
        (BulkAction::Restore, EventType::UserDeleted),
    ] {
        let new = NewBulkJob { spares_bans: false, ..new_job(action, chosen(&all)) };
        let id = it.create(&new).await.id;
        let job = it.finish(id).await;
        assert!(job.counts.changed > 0, "{action:?}");
        let epochs = [now(&it.users, &banned).await.epoch, now(&it.users, &gone).await.epoch];
        let undo = undone(it, &job).await;
        assert_eq!(undo.counts.changed, job.counts.changed, "{action:?}");
        for user in all {
            assert_eq!(state(it, user).await, AccountState::of(user), "{action:?}");
        }
        let last = it.events.list(0, 100).await.expect("events").pop().expect("an event");
        assert_eq!(last.event.event_type, event);
        let ended =
            [now(&it.users, &banned).await.epoch > epochs[0], now(&it.users, &gone).await.epoch > epochs[1]];
        assert_eq!(ended, [action == BulkAction::Enable, action == BulkAction::Restore], "{action:?}");
        assert_eq!(it.job(job.id).await.undone_by, Some(undo.id));
        assert_eq!(undo.undoes, Some(job.id));
    }
}

/// Who was changed after the job stays as they are, and so does who was not changed by it.
pub async fn an_undo_leaves_those_who_were_changed_since(it: &BulkStage) {
    let (alice, bob, eve) =
        (a_user(&it.users).await, a_user(&it.users).await, a_banned_user(it, "spam").await);
    let job = it.done(BulkAction::Disable, chosen(&[&alice, &bob, &eve])).await;
    set_status(&it.users, &bob, Status::Enabled).await;
    let again = set_status(&it.users, &bob, Status::Disabled).await;
    let undo = undone(it, &job).await;
    assert_eq!(undo.counts, BulkCounts { changed: 1, unchanged: 1, missing: 0 });
    assert_eq!(it.ids(undo.id, BulkOutcome::ChangedSince).await, [bob.id]);
    assert_eq!(now(&it.users, &alice).await.status, Status::Enabled);
    assert_eq!(now(&it.users, &bob).await, again);
    assert_eq!(now(&it.users, &eve).await, eve);
}

/// Of undos at once one is created, and none of a job that runs or that there is not.
pub async fn a_job_is_undone_once_and_when_it_has_ended(it: &BulkStage) {
    let (alice, bob) = (a_user(&it.users).await, a_user(&it.users).await);
    let job = it.start(BulkAction::Disable, chosen(&[&alice, &bob])).await;
    let undo = undo_of(&job);
    assert_eq!(it.jobs.create(&undo).await.expect("an answer"), BulkJobCreated::NotEnded);
    let node = Node::new();
    it.jobs.claim(node.lease(200)).await.expect("an answer").expect("the job");
    it.jobs.step(job.id, node.lease(200), 1).await.expect("an answer").expect("a step");
    it.jobs.control(job.id, BulkControl::Cancel, &context(201)).await.expect("an answer").expect("a change");
    let made = at_once((0..5).map(|_| {
        let (jobs, undo) = (std::sync::Arc::clone(&it.jobs), undo.clone());
        async move { jobs.create(&undo).await.expect("an answer") }
    }))
    .await;
    let created = made.iter().filter(|made| matches!(made, BulkJobCreated::Created(_))).count();
    let refused = made.iter().filter(|made| **made == BulkJobCreated::UndoneAlready).count();
    assert_eq!((created, refused), (1, 4));
    let unknown = new_job(BulkAction::Enable, BulkTarget::Undoing(BulkJobId(9_000)));
    assert_eq!(it.jobs.create(&unknown).await.expect("an answer"), BulkJobCreated::NotEnded);
    let entries = it.entries().await;
    let undone = entries.iter().filter(|entry| entry.action == AuditAction::BulkUndone);
    assert_eq!(undone.count(), 1, "what is refused leaves no entry");
}

/// What an undo changed is brought back by an undo of it.
pub async fn an_undo_can_be_undone(it: &BulkStage) {
    let alice = a_user(&it.users).await;
    let job = it.done(BulkAction::Disable, chosen(&[&alice])).await;
    let disabled = state(it, &alice).await;
    let undo = undone(it, &job).await;
    assert_eq!(state(it, &alice).await, AccountState::of(&alice));
    let redo = it.create(&undo_of(&undo)).await;
    it.finish_at(redo.id, 600).await;
    assert_eq!(state(it, &alice).await, disabled);
}
