//! Rounds of several nodes, changes, losses and failures in every order: small steps over a model of both stores.
//!
//! A step is one call of a port. Between any two steps of one node others may take theirs, a change may commit, the
//! session store may go back to an earlier state, a call may fail before or after it had its effect, and a node may stop
//! for good. Whatever came before: after one round that nothing disturbs, the store holds every revocation that is kept.

mod stores;
mod world;

use usher_domain::Status;

use stores::Kind;
use world::World;

/// Says what comes next: each possibility once, one after the other, or some by chance.
enum Chooser {
    All { path: Vec<(usize, usize)>, at: usize },
    Some { state: u64 },
}

impl Chooser {
    const fn all() -> Self {
        Self::All { path: Vec::new(), at: 0 }
    }

    fn choose(&mut self, of: usize) -> usize {
        match self {
            Self::All { path, at } => {
                if *at == path.len() {
                    path.push((0, of));
                }
                *at += 1;
                path[*at - 1].0
            }
            // SplitMix64.
            Self::Some { state } => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                usize::try_from((z ^ (z >> 31)) % of as u64).expect("small")
            }
        }
    }

    /// Goes on to the next possibility, if there is one.
    fn next(&mut self) -> bool {
        let Self::All { path, at } = self else { return false };
        *at = 0;
        while let Some((chosen, of)) = path.pop() {
            if chosen + 1 < of {
                path.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}

/// How much may happen.
#[derive(Clone, Copy)]
struct Limits {
    nodes: usize,
    rounds: usize,
    changes: usize,
    losses: usize,
    /// How many writes of the store a loss takes away.
    depths: &'static [usize],
    faults: usize,
    crashes: usize,
    /// How often nodes are held up in the middle of a round, and go on only when another one has settled.
    pauses: usize,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Step(usize),
    Change,
    Lose(usize),
    FailBefore,
    FailAfter,
    Crash(usize),
    Pause,
}

/// One schedule under way.
struct Schedule {
    world: World,
    limits: Limits,
    left: Limits,
    /// How many rounds each node may still begin.
    rounds: Vec<usize>,
    happened: Vec<Event>,
}

impl Schedule {
    /// Starts from a state that all nodes agree on, with a revocation in it.
    fn new(kind: Kind, limits: Limits) -> Self {
        let world = World::new(kind, limits.nodes);
        world.change(0, Status::Disabled);
        world.settle_undisturbed();
        world.settle_undisturbed();
        let rounds = vec![limits.rounds; limits.nodes];
        Self { world, limits, left: limits, rounds, happened: Vec::new() }
    }

    /// What can happen next; nothing once all rounds are over and all changes are made.
    fn possible(&self) -> Vec<Event> {
        let (world, left, all) = (&self.world, &self.left, self.limits.nodes);
        // The nodes are alike: which of them begins makes no difference.
        let nodes = if self.happened.iter().any(|event| matches!(event, Event::Step(_))) { all } else { 1 };
        let mut events: Vec<Event> =
            (0..nodes).filter(|node| world.runs(*node) || self.rounds[*node] > 0).map(Event::Step).collect();
        if events.is_empty() && left.changes == 0 {
            return events;
        }
        if left.changes > 0 {
            events.push(Event::Change);
        }
        if left.losses > 0 {
            events.extend(world.stores.losses(self.limits.depths).map(Event::Lose));
        }
        if left.faults > 0 && !world.stores.is_failing() {
            events.extend([Event::FailBefore, Event::FailAfter]);
        }
        if left.crashes > 0 {
            events.extend((0..all).filter(|node| world.runs(*node)).map(Event::Crash));
        }
        if left.pauses > 0 && left.changes == 0 {
            events.push(Event::Pause);
        }
        events
    }

    /// Lets it happen; tells whether anything may follow.
    fn happen(&mut self, event: Event) -> bool {
        self.happened.push(event);
        let (world, left) = (&mut self.world, &mut self.left);
        match event {
            Event::Step(node) => self.rounds[node] -= usize::from(world.step(node)),
            Event::Change => {
                left.changes -= 1;
                // The same user now and then: a later epoch covers an earlier one.
                let user = left.changes % 2;
                world.change(user, [Status::Locked, Status::Disabled][left.changes / 2 % 2]);
            }
            Event::Lose(back) => {
                left.losses -= 1;
                world.stores.lose(back);
            }
            Event::FailBefore | Event::FailAfter => {
                left.faults -= 1;
                world.stores.fail(matches!(event, Event::FailAfter));
            }
            Event::Crash(node) => {
                left.crashes -= 1;
                world.crash(node);
                self.rounds[node] = 0;
            }
            Event::Pause => return false,
        }
        true
    }

    /// Whether a round that nothing disturbs delivers everything, now and after another loss.
    fn settles(&mut self) -> Result<(), String> {
        self.world.stores.mend();
        for last in ["a round", "another loss and a round"] {
            self.world.settle_undisturbed();
            let held = self.world.stores.all_is_held();
            held.map_err(|missing| format!("after {last}: {missing}; {:?}", self.happened))?;
            self.world.go_on();
            self.world.stores.lose(2);
        }
        Ok(())
    }
}

/// Plays one schedule; tells what happened, and what was missing in the end.
fn play(kind: Kind, limits: Limits, chooser: &mut Chooser) -> Result<(), String> {
    let mut schedule = Schedule::new(kind, limits);
    loop {
        let events = schedule.possible();
        if events.is_empty() || !schedule.happen(events[chooser.choose(events.len())]) {
            return schedule.settles();
        }
    }
}

fn every_order(kind: Kind, limits: Limits) -> (usize, Result<(), String>) {
    let mut chooser = Chooser::all();
    let mut played = 0;
    loop {
        played += 1;
        if let Err(missing) = play(kind, limits, &mut chooser) {
            return (played, Err(missing));
        }
        if !chooser.next() {
            return (played, Ok(()));
        }
    }
}

fn by_chance(kind: Kind, limits: Limits, times: u64) -> Result<(), String> {
    for seed in 0..times {
        let outcome = play(kind, limits, &mut Chooser::Some { state: seed });
        outcome.map_err(|missing| format!("seed {seed}: {missing}"))?;
    }
    Ok(())
}

const NOTHING: Limits =
    Limits { nodes: 2, rounds: 1, changes: 0, losses: 0, depths: &[2], faults: 0, crashes: 0, pauses: 0 };
const MUCH: Limits = Limits {
    nodes: 3,
    rounds: 3,
    changes: 4,
    losses: 3,
    depths: &[1, 3, usize::MAX],
    faults: 2,
    crashes: 1,
    pauses: 1,
};

#[test]
fn a_change_and_a_loss_come_at_any_moment_of_two_rounds() {
    let (played, outcome) = every_order(Kind::Single, Limits { changes: 1, losses: 1, ..NOTHING });
    outcome.unwrap();
    assert!(played > 1_000, "{played}");
}

#[test]
fn a_change_and_a_failure_come_at_any_moment_of_two_rounds() {
    let (played, outcome) = every_order(Kind::Single, Limits { changes: 1, faults: 1, ..NOTHING });
    outcome.unwrap();
    assert!(played > 1_000, "{played}");
}

#[test]
fn two_losses_come_at_any_moment_of_two_rounds_of_one_node() {
    let limits = Limits { nodes: 1, rounds: 2, changes: 1, losses: 2, depths: &[1, 3], ..NOTHING };
    let (played, outcome) = every_order(Kind::Single, limits);
    outcome.unwrap();
    assert!(played > 1_000, "{played}");
}

#[test]
fn three_nodes_do_much_while_much_happens() {
    by_chance(Kind::Single, MUCH, 4_000).unwrap();
}

/// Each master goes back by itself, once while all this happens.
#[test]
fn three_nodes_do_much_while_the_masters_of_a_cluster_go_back_once_each() {
    by_chance(Kind::Cluster, Limits { losses: 2, ..MUCH }, 3_000).unwrap();
}

/// What the model is worth: it finds what would be wrong.
#[test]
fn a_store_or_an_outbox_that_breaks_its_laws_is_noticed() {
    for broken in [Kind::KeepsItsTokens, Kind::AcceptsAnything, Kind::ConfirmsAnything] {
        let outcome = by_chance(broken, MUCH, 4_000);
        assert!(outcome.is_err(), "{broken:?}");
    }
}

/// Rounds at the same time end in agreement, and cost no more than the pages of what is pending.
#[test]
fn rounds_at_once_agree_without_telling_everything_again() {
    let mut chooser = Chooser::all();
    loop {
        let mut world = World::new(Kind::Single, 2);
        world.change(0, Status::Disabled);
        world.settle_undisturbed();
        world.settle_undisturbed();
        let told = world.stores.told_everything();
        world.change(1, Status::Disabled);
        let mut rounds = [2, 2];
        while let nodes @ [_, ..] =
            &(0..2).filter(|node| world.runs(*node) || rounds[*node] > 0).collect::<Vec<_>>()[..]
        {
            let node = nodes[chooser.choose(nodes.len())];
            rounds[node] -= usize::from(world.step(node));
        }
        assert_eq!(world.stores.told_everything(), told);
        assert!(world.stores.is_settled());
        if !chooser.next() {
            return;
        }
    }
}
