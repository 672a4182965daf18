//! What happens when.

use std::ops::AddAssign;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;
use usher_ports::inbound::SettleRevocations as _;

use super::change::{Change, Kind};
use super::dice::{Dice, Span};
use super::person::Person;
use super::world::{World, accepts, retry};
use crate::support::State;

#[derive(Clone, Debug)]
pub(super) struct Schedule {
    seed: u64,
    changes: Vec<Change>,
    audit_locked: Option<Span>,
    redis_cut: [Option<Span>; 2],
    database_cut: [Option<Span>; 2],
    /// How much later each statement arrives.
    slow: [Option<u64>; 2],
    rounds: [Vec<u64>; 2],
    skew: [i64; 2],
    /// When Redis writes a snapshot, and when it goes back to it.
    goes_back: Option<Span>,
    /// Which node does the round that is due in the end.
    last: usize,
}

/// What came of schedules.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) changes: usize,
    pub(super) committed: usize,
    /// Committed, without an answer that says so.
    pub(super) unanswered: usize,
    pub(super) logged_in: usize,
    pub(super) went_back: usize,
    pub(super) refused: usize,
}

impl AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.changes += other.changes;
        self.committed += other.committed;
        self.unanswered += other.unanswered;
        self.logged_in += other.logged_in;
        self.went_back += other.went_back;
        self.refused += other.refused;
    }
}

impl Schedule {
    pub(super) fn drawn(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let changes = (0..3).map(|_| Change::drawn(&mut dice)).collect();
        let mut both = |draw: &mut dyn FnMut(&mut Dice) -> Option<Span>| [draw(&mut dice), draw(&mut dice)];
        let redis_cut = both(&mut |dice| dice.in_percent(60, |dice| dice.span(300, 500)));
        let database_cut = both(&mut |dice| dice.in_percent(15, |dice| dice.span(500, 200)));
        let slow = [(); 2].map(|()| dice.in_percent(30, |dice| 5 + dice.below(40)));
        let rounds = [(); 2].map(|()| {
            let mut at: Vec<u64> = (0..2 + dice.below(4)).map(|_| dice.below(800)).collect();
            at.sort_unstable();
            at
        });
        let skew = [(); 2].map(|()| i64::try_from(dice.below(7_200_000)).expect("small") - 3_600_000);
        Self {
            seed,
            changes,
            audit_locked: dice.in_percent(40, |dice| dice.span(300, 450)),
            redis_cut,
            database_cut,
            slow,
            rounds,
            skew,
            goes_back: dice.in_percent(40, |dice| dice.span(500, 400)),
            last: dice.one_of_two(),
        }
    }

    /// The row locked for 4.2 s, the audit log for 8 s, the connection to Redis cut from 7.3 to 10.1 s, a round of each node
    /// each second; all of it some fifteen times as fast, and the clocks twenty times.
    pub(super) fn as_it_was_found() -> Self {
        let change = Change {
            kind: Kind::Disable,
            node: 0,
            at: 10,
            row_locked: Some(0..280),
            login: None,
            dies: None,
        };
        Self {
            seed: 0,
            changes: vec![change],
            audit_locked: Some(0..540),
            redis_cut: [Some(490..900), Some(490..900)],
            database_cut: [None, None],
            slow: [None, None],
            rounds: [
                (0..13).map(|round| round * 100).collect(),
                (0..13).map(|round| 50 + round * 100).collect(),
            ],
            skew: [0, 0],
            goes_back: None,
            last: 1,
        }
    }

    pub(super) async fn play(self, world: &Arc<World>) -> Outcome {
        let said = format!("seed {}: {self:?}", self.seed);
        for node in 0..2 {
            world.nodes[node].clock.set(self.skew[node]);
        }
        let mut people = Vec::new();
        for change in &self.changes {
            people.push(Person::new(world, change.kind).await);
        }
        let mut tasks = JoinSet::new();
        self.disturb(world, &mut tasks);
        let mut changes = Vec::new();
        for (change, person) in self.changes.iter().zip(&people) {
            changes.push(tokio::spawn(change.clone().play(Arc::clone(world), person.clone())));
        }
        let mut outcome = Outcome {
            changes: changes.len(),
            went_back: usize::from(self.goes_back.is_some()),
            ..Outcome::default()
        };
        let mut answered = Vec::new();
        for (change, person) in changes.into_iter().zip(&mut people) {
            let (done, token) = change.await.expect("a change that does not panic");
            outcome.logged_in += usize::from(token.is_some());
            person.tokens.extend(token);
            answered.push(done);
        }
        while let Some(task) = tasks.join_next().await {
            task.expect("a task that does not panic");
        }
        self.is_over(world, &people).await;
        for (person, answered) in people.iter().zip(answered) {
            let committed = person.changed(world).await;
            assert!(committed || !answered, "a change that was answered is gone; {said}");
            outcome.committed += usize::from(committed);
            outcome.unanswered += usize::from(committed && !answered);
            for token in person.tokens.iter().filter(|_| committed) {
                refused_for_good(world, person, token, &said).await;
                outcome.refused += 1;
            }
        }
        outcome
    }

    /// What goes on beside the changes.
    fn disturb(&self, world: &Arc<World>, tasks: &mut JoinSet<()>) {
        let at = |at: u64| sleep(Duration::from_millis(at));
        if let Some(span) = self.audit_locked.clone() {
            let world = Arc::clone(world);
            tasks.spawn(async move {
                at(span.start).await;
                let what = "SELECT id FROM audit_head WHERE id = 1";
                world.lock(what, Duration::from_millis(span.end - span.start)).await;
            });
        }
        for node in 0..2 {
            if let Some(by) = self.slow[node] {
                world.nodes[node].to_database.set(State::Slow(Duration::from_millis(by)));
            }
            let slow = self.slow[node].map_or(State::Whole, |by| State::Slow(Duration::from_millis(by)));
            for (cut, redis) in
                [(self.redis_cut[node].clone(), true), (self.database_cut[node].clone(), false)]
            {
                let (Some(span), world) = (cut, Arc::clone(world)) else { continue };
                tasks.spawn(async move {
                    let node = &world.nodes[node];
                    let (proxy, after) =
                        if redis { (&node.to_redis, State::Whole) } else { (&node.to_database, slow) };
                    at(span.start).await;
                    proxy.set(State::Cut);
                    at(span.end - span.start).await;
                    proxy.set(after);
                });
            }
            let dead = self.changes.iter().filter(|it| it.node == node).filter_map(|it| it.dies).min();
            for round in
                self.rounds[node].iter().copied().filter(|round| dead.is_none_or(|dead| *round < dead))
            {
                let world = Arc::clone(world);
                tasks.spawn(async move {
                    at(round).await;
                    // What fails is tried again by another round.
                    drop(world.nodes[node].revoker.settle().await);
                });
            }
        }
        if let Some(span) = self.goes_back.clone() {
            let world = Arc::clone(world);
            tasks.spawn(async move {
                at(span.start).await;
                let snapshot = world.redis.take().await;
                at(span.end - span.start).await;
                world.redis.bring_back(&snapshot).await;
            });
        }
    }

    /// The wires are whole again, both nodes hear Redis, and one node has done one round.
    async fn is_over(&self, world: &World, people: &[Person]) {
        for node in &world.nodes {
            node.to_database.set(State::Whole);
            node.to_redis.set(State::Whole);
        }
        // What a node sent before it died has arrived.
        sleep(Duration::from_millis(150)).await;
        for node in &world.nodes {
            let token = people[0].tokens.first().expect("a token");
            retry(async || accepts(node, token).await.ok_or("a node that hears Redis")).await;
        }
        let node = &world.nodes[self.last];
        retry(async || node.revoker.settle().await).await;
    }
}

/// Both nodes refuse it as soon as they have heard of it, and go on refusing it.
async fn refused_for_good(world: &World, person: &Person, token: &str, said: &str) {
    for (number, node) in world.nodes.iter().enumerate() {
        let begun = Instant::now();
        loop {
            let accepted = accepts(node, token).await;
            if accepted == Some(false) {
                break;
            }
            // The word of Redis takes no more than milliseconds; the machine may be busy, and a node may still be
            // finding its connections.
            let timeout = if accepted.is_some() { 2 } else { 20 };
            assert!(
                begun.elapsed() < Duration::from_secs(timeout),
                "node {number} says {accepted:?} to {}; {said}",
                person.id.0
            );
            sleep(Duration::from_millis(5)).await;
        }
    }
    for node in &world.nodes {
        drop(node.revoker.settle().await);
        assert_ne!(accepts(node, token).await, Some(true), "the session of {} is back; {said}", person.id.0);
    }
}
