//! Jobs that change many users, gone on with by several nodes.

use std::sync::Arc;
use std::time::Duration;

use usher::compose;
use usher_domain::{
    BulkAction, BulkControl, BulkCounts, BulkJob, BulkOutcome, BulkState, Reason, Role, Status, UserFilter,
    UserId,
};
use usher_memory::{FixedClock, MemorySessions};
use usher_ports::contract::a_user;
use usher_ports::inbound::{
    AdminRefusal, BulkCommand, BulkPlan, BulkSelection, BulkStarted, RunBulkJobs, StatusCommand,
};
use usher_ports::outbound::UserRepository;

use super::House;
use super::house::NOON;
use crate::support::{operator, viewer};

const DAY: Duration = Duration::from_hours(24);

/// A house with a clock, users, and two nodes over its stores.
struct Town {
    house: House,
    clock: Arc<FixedClock>,
    nodes: [Arc<dyn RunBulkJobs>; 2],
    users: Vec<UserId>,
}

impl Town {
    async fn of(users: usize) -> Self {
        let clock = Arc::new(FixedClock::at(NOON));
        let (own, sessions) = (Arc::clone(&clock), Arc::new(MemorySessions::default()));
        let house = House::with(|adapters| {
            adapters.clock = own;
            adapters.sessions = sessions.clone();
            adapters.revocation_sink = Some(sessions);
        });
        let repository: Arc<dyn UserRepository> = house.users.clone();
        let mut ids = Vec::new();
        for _ in 0..users {
            ids.push(a_user(&repository).await.id);
        }
        let nodes = [compose::run_bulk_jobs(&house.adapters), compose::run_bulk_jobs(&house.adapters)];
        Self { house, clock, nodes, users: ids }
    }

    async fn start(&self, action: BulkAction, selection: BulkSelection) -> BulkJob {
        match self.try_start(action, selection, None).await {
            BulkStarted::Started(job) => *job,
            BulkStarted::Unconfirmed(plan) => panic!("{plan:?}"),
        }
    }

    async fn try_start(
        &self,
        action: BulkAction,
        selection: BulkSelection,
        confirmed: Option<u32>,
    ) -> BulkStarted {
        let reason = Reason::default();
        let command = BulkCommand { action, selection, reason, spares_bans: true, confirmed };
        self.house.admin.bulk_jobs.start(operator(), command).await.expect("an answer")
    }

    async fn step(&self, node: usize) -> bool {
        self.nodes[node].step().await.expect("an answer")
    }

    async fn finish(&self, job: &BulkJob) -> BulkJob {
        while self.step(0).await {}
        self.job(job).await
    }

    async fn job(&self, job: &BulkJob) -> BulkJob {
        self.house.admin.bulk_jobs.find(viewer(), job.id).await.expect("the job").job
    }

    async fn status(&self, user: UserId) -> Status {
        self.house.user(user).await.status
    }
}

fn everybody() -> BulkSelection {
    BulkSelection::Matching(UserFilter::default())
}

#[tokio::test]
async fn a_node_that_dies_in_the_middle_is_replaced_within_seconds_and_each_user_is_changed_once() {
    let town = Town::of(250).await;
    let job = town.start(BulkAction::Disable, everybody()).await;
    assert_eq!(job.total, Some(250));
    assert!(town.step(0).await, "100 users");
    assert!(!town.step(1).await, "the other node leaves it alone");
    // The first one is killed. Nothing tells the other one but the time.
    town.clock.advance(Duration::from_secs(9));
    assert!(!town.step(1).await);
    town.clock.advance(Duration::from_secs(1));
    assert!(town.step(1).await && town.step(1).await);
    assert!(!town.step(1).await, "it is done");
    let job = town.job(&job).await;
    assert_eq!((job.state, job.counts.changed, job.counts.done()), (BulkState::Finished, 250, 250));
    for user in &town.users {
        assert_eq!(town.house.user(*user).await.version.0, 1);
    }
}

#[tokio::test]
async fn sessions_of_those_who_are_disabled_end() {
    let town = Town::of(0).await;
    let signed_in = town.house.register("bulk_alice").await.expect("a user");
    let token = signed_in.token.expose();
    town.house.cases.authenticate_session.authenticate(token).await.expect("a session");
    let job = town.start(BulkAction::Disable, everybody()).await;
    town.finish(&job).await;
    assert!(town.house.cases.authenticate_session.authenticate(token).await.is_err());
    assert!(town.house.log_in("bulk_alice").await.is_err());
}

#[tokio::test]
async fn a_job_is_paused_and_resumed_and_what_it_cannot_do_changes_nothing() {
    let town = Town::of(150).await;
    let job = town.start(BulkAction::Disable, everybody()).await;
    town.step(0).await;
    let jobs = &town.house.admin.bulk_jobs;
    let control = async |how| jobs.control(operator(), job.id, how).await.expect("the job").state;
    assert_eq!(control(BulkControl::Pause).await, BulkState::Paused);
    assert_eq!(control(BulkControl::Pause).await, BulkState::Paused);
    assert!(!town.step(0).await && !town.step(1).await);
    assert_eq!(control(BulkControl::Resume).await, BulkState::Running);
    assert!(town.step(1).await, "by another node");
    assert_eq!(control(BulkControl::Cancel).await, BulkState::Finished, "it was done");
    let none = jobs.control(operator(), usher_domain::BulkJobId(77), BulkControl::Cancel).await;
    assert!(matches!(none, Err(AdminRefusal::NotFound)), "{none:?}");
}

#[tokio::test]
async fn more_than_a_hundred_are_deleted_by_the_number_that_the_server_counts() {
    let town = Town::of(101).await;
    let refused = |started: &BulkStarted| matches!(started, BulkStarted::Unconfirmed(_));
    let last = town.users[100];
    for number in [None, Some(100), Some(102)] {
        let started = town.try_start(BulkAction::Delete, everybody(), number).await;
        let plan = BulkPlan { total: Some(101), ask: Some(101), up_to: Some(last) };
        assert_eq!(started, BulkStarted::Unconfirmed(plan));
    }
    let chosen = BulkSelection::Chosen(town.users.clone());
    assert!(refused(&town.try_start(BulkAction::Delete, chosen, None).await));
    let hundred = BulkSelection::Chosen([&town.users[..100], &town.users[..100]].concat());
    let job = town.start(BulkAction::Delete, hundred).await;
    assert_eq!(job.total, Some(100), "each is counted once");
    assert_eq!(town.finish(&job).await.counts.changed, 100);
    // Who registers while the question is read changes neither the number nor who is deleted.
    let repository: Arc<dyn UserRepository> = town.house.users.clone();
    let newcomer = a_user(&repository).await;
    let seen = UserFilter { up_to: Some(last), ..UserFilter::default() };
    let seen = BulkSelection::Matching(seen);
    let BulkStarted::Started(job) = town.try_start(BulkAction::Delete, seen, Some(101)).await else {
        panic!("it was confirmed")
    };
    assert_eq!(town.finish(&job).await.counts, BulkCounts { changed: 1, unchanged: 100, missing: 0 });
    assert_eq!(town.house.user(newcomer.id).await.deleted_at, None);
}

#[tokio::test]
async fn no_users_are_no_job() {
    let town = Town::of(1).await;
    let visitors = UserFilter { role: Some(Role::Visitor), ..UserFilter::default() };
    for selection in [BulkSelection::Chosen(Vec::new()), BulkSelection::Matching(visitors)] {
        let started = town.try_start(BulkAction::Disable, selection, None).await;
        assert!(matches!(started, BulkStarted::Unconfirmed(BulkPlan { total: Some(0), ask: None, .. })));
    }
    assert_eq!(town.house.admin.bulk_jobs.list(viewer(), None, 10).await.expect("jobs"), []);
}

#[tokio::test]
async fn an_undo_leaves_who_was_changed_in_between_and_is_found_again() {
    let town = Town::of(3).await;
    let job = town.start(BulkAction::Disable, everybody()).await;
    let jobs = &town.house.admin.bulk_jobs;
    let early = jobs.undo(operator(), job.id).await;
    assert!(matches!(early, Err(AdminRefusal::NotUndoable)), "it runs: {early:?}");
    town.finish(&job).await;
    let why = Reason::parse("spam").expect("a reason");
    let ban = StatusCommand { reason: why, ..StatusCommand::now(Status::Disabled) };
    town.house.admin.toggle_status.set(operator(), town.users[1], ban).await.expect("a ban");
    let undo = jobs.undo(operator(), job.id).await.expect("a job");
    assert_eq!((undo.action, undo.undoes, undo.total), (BulkAction::Enable, Some(job.id), Some(3)));
    assert_eq!(jobs.undo(operator(), job.id).await.expect("the same job").id, undo.id);
    let undo = town.finish(&undo).await;
    assert_eq!(undo.counts, BulkCounts { changed: 2, unchanged: 1, missing: 0 });
    assert_eq!(town.status(town.users[0]).await, Status::Enabled);
    assert_eq!(town.status(town.users[1]).await, Status::Disabled);
    let left = jobs.users(viewer(), undo.id, BulkOutcome::ChangedSince, None, 10).await.expect("users");
    assert_eq!(left.iter().map(|user| user.user).collect::<Vec<_>>(), [town.users[1]]);
}

#[tokio::test]
async fn a_deletion_is_undone_as_long_as_deleted_users_are_kept_and_a_list_as_long_as_it_is() {
    let town = Town::of(2).await;
    let jobs = &town.house.admin.bulk_jobs;
    let undoable = async |job: &BulkJob| jobs.find(viewer(), job.id).await.expect("the job").can_be_undone;
    let deleted = town.start(BulkAction::Delete, BulkSelection::Chosen(vec![town.users[0]])).await;
    assert!(!undoable(&deleted).await, "it runs");
    town.finish(&deleted).await;
    let disabled = town.start(BulkAction::Disable, BulkSelection::Chosen(vec![town.users[1]])).await;
    town.finish(&disabled).await;
    town.clock.advance(29 * DAY);
    assert!(undoable(&deleted).await && undoable(&disabled).await);
    town.clock.advance(DAY);
    assert!(!undoable(&deleted).await && undoable(&disabled).await);
    let late = jobs.undo(operator(), deleted.id).await;
    assert!(matches!(late, Err(AdminRefusal::NotUndoable)), "{late:?}");
    town.clock.advance(61 * DAY);
    assert!(!undoable(&disabled).await);
    assert_eq!(
        town.nodes[1].forget_lists().await.expect("a number"),
        4,
        "two users, and twice that they are gone"
    );
    assert_eq!(jobs.that_changed(viewer(), town.users[1], 10).await.expect("jobs"), []);
    assert_eq!(town.job(&disabled).await.counts.changed, 1, "the job stays");
}
