//! How jobs go on.

use std::sync::Arc;

use usher_domain::{
    BulkAction, BulkCounts, BulkOutcome, BulkState, BulkTarget, EventType, Reason, Role, Search, Status,
    UserChange, UserFilter, UserId,
};

use super::super::{
    UNKNOWN_USER, a_user, a_visitor, at_once, attribute, context, delete, later, now, set_status,
};
use super::{BulkStage, Node, chosen, new_job, up_to};

/// A job comes to all who match, from the newest on, and to no one who registers later.
pub async fn a_job_changes_those_who_match_and_no_one_else(it: &BulkStage) {
    let users = [a_user(&it.users).await, a_user(&it.users).await, a_user(&it.users).await];
    let visitor = a_visitor(&it.users).await;
    let filter = UserFilter { role: Some(Role::User), up_to: Some(visitor.id), ..UserFilter::default() };
    let reason = Reason::parse("spam").expect("a reason");
    let new = super::NewBulkJob {
        context: context(100).because(reason.clone()),
        ..new_job(BulkAction::Disable, BulkTarget::Matching(filter))
    };
    let job = it.create(&new).await;
    assert_eq!(
        (job.state, job.total, job.counts.done(), job.by.as_str()),
        (BulkState::Running, Some(3), 0, "ann")
    );
    let newcomer = a_user(&it.users).await;
    let job = it.finish(job.id).await;
    assert_eq!(job.counts, BulkCounts { changed: 3, unchanged: 0, missing: 0 });
    assert_eq!(job.ended_at, Some(later(200)));
    for user in &users {
        let after = now(&it.users, user).await;
        assert_eq!(
            (after.status, after.disabled_until, &after.disabled_reason),
            (Status::Disabled, None, &reason)
        );
        assert_eq!((after.disabled_by.as_str(), after.updated_at), ("ann", later(200)));
        assert_eq!((after.version.0, after.epoch.0), (user.version.0 + 1, user.epoch.0 + 1));
    }
    for other in [&visitor, &newcomer] {
        assert_eq!(now(&it.users, other).await, *other);
    }
    let listed = it.ids(job.id, BulkOutcome::Changed).await;
    assert_eq!(listed, [users[2].id, users[1].id, users[0].id]);
}

/// Of chosen users each is changed, and one that there is not is said to be missing.
pub async fn chosen_users_are_changed_and_those_missing_are_named(it: &BulkStage) {
    let (alice, bob, eve) = (a_user(&it.users).await, a_user(&it.users).await, a_user(&it.users).await);
    let target = BulkTarget::Chosen(vec![alice.id, UNKNOWN_USER, bob.id]);
    let job = it.start(BulkAction::Delete, target).await;
    assert_eq!(it.ids(job.id, BulkOutcome::Pending).await, [UNKNOWN_USER, bob.id, alice.id]);
    let job = it.finish(job.id).await;
    assert_eq!(job.counts, BulkCounts { changed: 2, unchanged: 0, missing: 1 });
    assert_eq!(it.ids(job.id, BulkOutcome::Changed).await, [bob.id, alice.id]);
    assert_eq!(it.ids(job.id, BulkOutcome::Missing).await, [UNKNOWN_USER]);
    assert_eq!(it.ids(job.id, BulkOutcome::Pending).await, []);
    assert_eq!(it.listed(job.id, BulkOutcome::Changed).await[0].username, bob.username.as_str());
    assert_eq!(now(&it.users, &alice).await.deleted_at, Some(later(200)));
    assert_eq!(now(&it.users, &eve).await, eve);
    let restored = it.done(BulkAction::Restore, chosen(&[&alice, &eve])).await;
    assert_eq!(restored.counts, BulkCounts { changed: 1, unchanged: 1, missing: 0 });
    assert_eq!(now(&it.users, &alice).await.deleted_at, None);
}

/// A change by a job tells chat servers and ends sessions as a single one does, and one that changes nothing does neither.
pub async fn each_change_of_a_job_has_its_event_and_its_revocation(it: &BulkStage) {
    let (alice, bob) = (a_user(&it.users).await, a_user(&it.users).await);
    set_status(&it.users, &bob, Status::Disabled).await;
    let before = it.events.list(0, 100).await.expect("events").len();
    it.done(BulkAction::Disable, chosen(&[&alice, &bob])).await;
    let told = it.events.list(0, 100).await.expect("events").split_off(before);
    let told: Vec<_> =
        told.iter().map(|it| (it.user, it.event.event_type, it.event.status, it.event.at)).collect();
    assert_eq!(told, [(alice.id, EventType::UserDisabled, Status::Disabled, later(200))]);
    let mut pending = it.outbox.pending(UserId(0), 100).await.expect("an answer").revocations;
    pending.retain(|revocation| revocation.user == alice.id);
    assert_eq!(pending.iter().map(|it| it.epoch.0).collect::<Vec<_>>(), [1]);
    it.done(BulkAction::Enable, chosen(&[&alice])).await;
    assert_eq!(now(&it.users, &alice).await.epoch.0, 1, "enabling brings no session back and ends none");
}

/// Disabling leaves whom an administrator disabled, enabling leaves bans unless it is told to end them, and deleted
/// accounts are neither disabled nor enabled.
pub async fn bans_and_deleted_accounts_are_left_alone(it: &BulkStage) {
    let (banned, plain, gone) = (a_user(&it.users).await, a_user(&it.users).await, a_user(&it.users).await);
    let until = Some(later(900));
    let ban = UserChange::Status { status: Status::Disabled, until, spares_bans: false };
    it.users.change(banned.id, &ban, None, &context(1)).await.expect("an answer");
    delete(&it.users, &gone).await;
    let all = [&banned, &plain, &gone];
    let disabled = it.done(BulkAction::Disable, chosen(&all)).await;
    assert_eq!(disabled.counts, BulkCounts { changed: 1, unchanged: 2, missing: 0 });
    let enabled = it.done(BulkAction::Enable, chosen(&all)).await;
    assert_eq!(enabled.counts, BulkCounts { changed: 1, unchanged: 2, missing: 0 });
    let now_banned = now(&it.users, &banned).await;
    assert_eq!((now_banned.status, now_banned.disabled_until), (Status::Disabled, until));
    assert_eq!(now(&it.users, &gone).await.status, Status::Enabled);
    let freeing = super::NewBulkJob { spares_bans: false, ..new_job(BulkAction::Enable, chosen(&all)) };
    let id = it.create(&freeing).await.id;
    assert_eq!(it.finish(id).await.counts, BulkCounts { changed: 1, unchanged: 2, missing: 0 });
    assert_eq!(now(&it.users, &banned).await.disabled_until, None);
}

/// A job is about the same users on whichever node.
pub async fn a_filter_is_kept_as_it_was(it: &BulkStage) {
    let filter = UserFilter {
        role: Some(Role::User),
        status: Some(Status::Disabled),
        deleted: Some(false),
        deleted_before: Some(later(7)),
        registered_from: Some("2001:db8::7".parse().expect("an address")),
        platform: Some(attribute("h5")),
        search: Some(Search::parse("@42").expect("a search")),
        up_to: Some(UserId(7)),
    };
    for filter in [filter, UserFilter::default()] {
        let job = it.start(BulkAction::Enable, BulkTarget::Matching(filter.clone())).await;
        assert_eq!(it.job(job.id).await, job);
        assert_eq!(job.filter, Some(filter));
    }
}

/// While a node holds a lease, no other node steps a job; a second job is not an exception.
pub async fn one_node_at_a_time_steps_jobs(it: &BulkStage) {
    let alice = a_user(&it.users).await;
    let (one, other) = (Node::new(), Node::new());
    assert_eq!(it.jobs.claim(one.lease(200)).await.expect("an answer"), None, "there is no job");
    let first = it.start(BulkAction::Disable, chosen(&[&alice])).await;
    let second = it.start(BulkAction::Disable, chosen(&[&alice])).await;
    assert_eq!(
        it.jobs.step(first.id, one.lease(200), 2).await.expect("an answer"),
        None,
        "it was not claimed"
    );
    assert_eq!(it.jobs.claim(one.lease(200)).await.expect("an answer"), Some(first.id));
    assert_eq!(it.jobs.claim(other.lease(201)).await.expect("an answer"), None);
    for job in [first.id, second.id] {
        assert_eq!(it.jobs.step(job, other.lease(201), 2).await.expect("an answer"), None);
    }
    assert_eq!(now(&it.users, &alice).await, alice);
    let done = it.jobs.step(first.id, one.lease(202), 2).await.expect("an answer").expect("a step");
    assert_eq!(done.state, BulkState::Finished);
    assert_eq!(
        it.jobs.claim(other.lease(203)).await.expect("an answer"),
        Some(second.id),
        "the lease is given back"
    );
}

/// When a lease runs out another node goes on from where the first one was, and a step that the first one had begun counts
/// for nothing.
pub async fn a_node_that_dies_is_replaced_and_no_user_is_counted_twice(it: &BulkStage) {
    let mut last = a_user(&it.users).await;
    for _ in 0..6 {
        last = a_user(&it.users).await;
    }
    let job = it.start(BulkAction::Disable, up_to(&last)).await.id;
    let (dead, heir) = (Node::new(), Node::new());
    it.jobs.claim(dead.lease(200)).await.expect("an answer").expect("the job");
    let step = it.jobs.step(job, dead.lease(201), 3).await.expect("an answer").expect("a step");
    assert_eq!(step.counts.changed, 3);
    assert_eq!(it.jobs.claim(heir.lease(210)).await.expect("an answer"), None, "the step renewed the lease");
    assert_eq!(it.jobs.claim(heir.lease(212)).await.expect("an answer"), Some(job));
    let step = it.jobs.step(job, heir.lease(213), 3).await.expect("an answer").expect("a step");
    assert_eq!(step.counts.changed, 6);
    assert_eq!(
        it.jobs.step(job, dead.lease(213), 3).await.expect("an answer"),
        None,
        "it has another node's lease"
    );
    let step = it.jobs.step(job, heir.lease(214), 3).await.expect("an answer").expect("a step");
    assert_eq!((step.counts.changed, step.state), (7, BulkState::Finished));
    assert_eq!(now(&it.users, &last).await.version.0, last.version.0 + 1);
}

/// Of steps at once each user is counted in one.
pub async fn steps_at_once_count_each_user_once(it: &BulkStage) {
    let mut last = a_user(&it.users).await;
    for _ in 0..19 {
        last = a_user(&it.users).await;
    }
    let (job, node) = (it.start(BulkAction::Disable, up_to(&last)).await.id, Node::new());
    it.jobs.claim(node.lease(200)).await.expect("an answer").expect("the job");
    for _ in 0..20 {
        at_once((0..4).map(|_| {
            let jobs = Arc::clone(&it.jobs);
            async move { jobs.step(job, node.lease(200), 3).await.expect("an answer") }
        }))
        .await;
    }
    let job = it.job(job).await;
    assert_eq!((job.counts.changed, job.counts.done(), job.state), (20, 20, BulkState::Finished));
    assert_eq!(it.ids(job.id, BulkOutcome::Changed).await.len(), 20);
    assert_eq!(it.events.list(0, 100).await.expect("events").len(), 40);
}

/// The job that was stepped longest ago is the next one, so a short one does not wait for a long one.
pub async fn running_jobs_take_turns(it: &BulkStage) {
    let mut last = a_user(&it.users).await;
    for _ in 0..5 {
        last = a_user(&it.users).await;
    }
    let long = it.start(BulkAction::Disable, up_to(&last)).await.id;
    let short = it.start(BulkAction::Delete, chosen(&[&last])).await.id;
    let (node, mut turns) = (Node::new(), Vec::new());
    for second in 200..203 {
        let next = it.jobs.claim(node.lease(second)).await.expect("an answer").expect("a job");
        it.jobs.step(next, node.lease(second), 2).await.expect("an answer").expect("a step");
        turns.push(next);
    }
    assert_eq!(turns, [long, short, long]);
}
