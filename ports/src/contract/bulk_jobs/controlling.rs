//! What administrators do to jobs, and how long their lists last.

use usher_domain::{
    AuditAction, BulkAction, BulkControl, BulkJob, BulkJobId, BulkOutcome, BulkState, Change, User,
};

use super::super::{a_user, context, later, now};
use super::{BulkStage, Node, chosen, up_to};

async fn control(it: &BulkStage, job: BulkJobId, control: BulkControl) -> Option<BulkJob> {
    it.jobs.control(job, control, &context(300)).await.expect("an answer")
}

/// Five users, and a job that has come to two of them.
async fn begun(it: &BulkStage) -> (Vec<User>, BulkJobId, Node) {
    let mut users = Vec::new();
    for _ in 0..5 {
        users.push(a_user(&it.users).await);
    }
    let (job, node) = (it.start(BulkAction::Disable, up_to(&users[4])).await.id, Node::new());
    it.jobs.claim(node.lease(200)).await.expect("an answer").expect("the job");
    it.jobs.step(job, node.lease(200), 2).await.expect("an answer").expect("a step");
    (users, job, node)
}

/// A paused job changes no user until it is resumed, by whichever node then; a cancelled one changes none any more.
pub async fn a_job_is_paused_resumed_and_cancelled(it: &BulkStage) {
    let (users, job, node) = begun(it).await;
    assert_eq!(control(it, job, BulkControl::Resume).await, None, "it runs");
    let paused = control(it, job, BulkControl::Pause).await.expect("a change");
    assert_eq!((paused.state, paused.counts.changed), (BulkState::Paused, 2));
    assert_eq!(control(it, job, BulkControl::Pause).await, None, "it is paused");
    assert_eq!(it.jobs.step(job, node.lease(201), 2).await.expect("an answer"), None);
    assert_eq!(it.jobs.claim(node.lease(201)).await.expect("an answer"), None);
    control(it, job, BulkControl::Resume).await.expect("a change");
    assert_eq!(it.jobs.step(job, node.lease(202), 2).await.expect("an answer"), None, "the lease is gone");
    let other = Node::new();
    assert_eq!(it.jobs.claim(other.lease(202)).await.expect("an answer"), Some(job));
    it.jobs.step(job, other.lease(202), 2).await.expect("an answer").expect("a step");
    let cancelled = control(it, job, BulkControl::Cancel).await.expect("a change");
    assert_eq!((cancelled.state, cancelled.ended_at), (BulkState::Cancelled, Some(later(300))));
    assert_eq!(it.job(job).await, cancelled);
    for last in [BulkControl::Pause, BulkControl::Resume, BulkControl::Cancel] {
        assert_eq!(control(it, job, last).await, None, "{last:?}");
    }
    assert_eq!(it.jobs.step(job, other.lease(203), 2).await.expect("an answer"), None);
    assert_eq!(now(&it.users, &users[0]).await, users[0], "it did not come to the first one");
    assert_eq!(control(it, BulkJobId(9_000), BulkControl::Pause).await, None, "there is none");
}

/// The log has an entry of the creation, of all that administrators did to a job, and of its end with what it came to; the
/// users have none of their own.
pub async fn a_job_has_an_entry_for_all_that_is_done_to_it(it: &BulkStage) {
    let (_, job, _) = begun(it).await;
    for step in [BulkControl::Pause, BulkControl::Resume] {
        control(it, job, step).await.expect("a change");
    }
    it.finish_at(job, 400).await;
    let entries = it.entries().await;
    let actions: Vec<_> = entries.iter().map(|entry| (entry.action, entry.by.as_str())).collect();
    assert_eq!(
        actions,
        [
            (AuditAction::BulkStarted, "ann"),
            (AuditAction::BulkPaused, "ann"),
            (AuditAction::BulkResumed, "ann"),
            (AuditAction::BulkFinished, "(usher)"),
        ]
    );
    assert!(entries.iter().all(|entry| entry.subject == job.0.to_string() && entry.user.is_none()));
    let said = |field: &str, value: &str| Change::of(field, "", value).expect("a change");
    assert_eq!(entries[0].changes, [said("operation", "disable"), said("users", "3")]);
    assert_eq!(entries[1].changes[0], said("changed", "2"));
    let counts = [said("changed", "5"), said("unchanged", "0"), said("missing", "0")];
    assert_eq!(entries[3].changes, counts);
}

/// Lists go on after an id and are as long as asked for, and a user's jobs are those that changed the user.
pub async fn jobs_and_their_users_are_listed_page_by_page(it: &BulkStage) {
    let (alice, bob, eve) = (a_user(&it.users).await, a_user(&it.users).await, a_user(&it.users).await);
    let all = it.done(BulkAction::Disable, chosen(&[&alice, &bob, &eve])).await;
    let again = it.done(BulkAction::Disable, chosen(&[&alice])).await;
    let deleted = it.done(BulkAction::Delete, chosen(&[&alice])).await;
    let list = async |before, limit| it.jobs.list(before, limit).await.expect("jobs");
    assert_eq!(list(None, 2).await, [deleted.clone(), again.clone()]);
    assert_eq!(list(Some(again.id), 2).await, std::slice::from_ref(&all));
    let page = async |below| it.jobs.users(all.id, BulkOutcome::Changed, below, 2).await.expect("users");
    let first = page(None).await;
    assert_eq!(first.iter().map(|user| user.user).collect::<Vec<_>>(), [eve.id, bob.id]);
    assert_eq!(page(Some(bob.id)).await.len(), 1);
    assert_eq!(it.jobs.that_changed(alice.id, 10).await.expect("jobs"), [deleted.clone(), all.clone()]);
    assert_eq!(it.jobs.that_changed(alice.id, 1).await.expect("jobs"), [deleted]);
    assert_eq!(it.jobs.that_changed(bob.id, 10).await.expect("jobs"), [all]);
    assert_eq!(it.jobs.find(BulkJobId(9_000)).await.expect("an answer"), None);
}

/// The list of a job is kept for a time after the job ended, and removed piece by piece; the job stays.
pub async fn old_lists_are_forgotten_and_jobs_stay(it: &BulkStage) {
    let (alice, bob, eve) = (a_user(&it.users).await, a_user(&it.users).await, a_user(&it.users).await);
    let job = it.done(BulkAction::Disable, chosen(&[&alice, &bob, &eve])).await;
    let running = it.start(BulkAction::Enable, chosen(&[&alice])).await;
    let end = job.listed_until.expect("an end");
    assert_eq!(end, later(200).plus(BulkJob::KEEP_LIST));
    let forget = async |at| it.jobs.forget_lists(at, 2).await.expect("a number");
    assert_eq!(forget(end).await, 0);
    let after = end.plus(std::time::Duration::from_millis(1));
    assert_eq!(forget(after).await, 2);
    assert_eq!(it.listed(job.id, BulkOutcome::Changed).await.len(), 1);
    assert_eq!((forget(after).await, forget(after).await), (1, 1));
    assert_eq!(forget(after).await, 0);
    let bare = it.job(job.id).await;
    assert_eq!(bare, BulkJob { listed_until: None, ..job });
    assert_eq!(it.ids(running.id, BulkOutcome::Pending).await, [alice.id]);
}
