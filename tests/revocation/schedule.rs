//! What happens when.

use std::ops::{AddAssign, Range};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;
use usher_domain::{
    ClientAddress, DeviceFacts, PlainPassword, ProvenDevice, Reason, SignedClaim, Status, Timestamp, UserId,
    Username, UsernameKey,
};
use usher_ports::inbound::{Credentials, Registration, SettleRevocations as _, StatusWish};

use super::world::{Node, World, accepts, number, patiently};
use crate::support::{State, operator};

/// Milliseconds from the beginning.
type Span = Range<u64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Disable,
    Delete,
    Password,
    Upgrade,
}

/// What is done to one user.
#[derive(Clone, Debug)]
struct Change {
    kind: Kind,
    node: usize,
    at: u64,
    row_locked: Option<Span>,
    /// When somebody logs in with the old password, and where.
    login: Option<(u64, usize)>,
    /// When the node dies, after which nothing is heard of it.
    dies: Option<u64>,
}

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

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn one_of_two(&mut self) -> usize {
        usize::from(self.below(2) == 1)
    }

    fn in_percent<T>(&mut self, percent: u64, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(100) < percent).then(|| draw(self))
    }

    fn span(&mut self, from: u64, longest: u64) -> Span {
        let begin = self.below(from);
        begin..begin + 20 + self.below(longest)
    }
}

impl Schedule {
    pub(super) fn drawn(seed: u64) -> Self {
        let mut dice = Dice(seed);
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

    /// The row locked for 4.2 s, the audit log for 8 s, the wire to Redis cut from 7.3 to 10.1 s, a round of each node
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
                    let (wire, after) =
                        if redis { (&node.to_redis, State::Whole) } else { (&node.to_database, slow) };
                    at(span.start).await;
                    wire.set(State::Cut);
                    at(span.end - span.start).await;
                    wire.set(after);
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
            patiently(async || accepts(node, token).await.ok_or("a node that hears Redis")).await;
        }
        let node = &world.nodes[self.last];
        patiently(async || node.revoker.settle().await).await;
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
            let patience = if accepted.is_some() { 2 } else { 20 };
            assert!(
                begun.elapsed() < Duration::from_secs(patience),
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

impl Change {
    fn drawn(dice: &mut Dice) -> Self {
        let kind = match dice.below(4) {
            0 => Kind::Disable,
            1 => Kind::Delete,
            2 => Kind::Password,
            _ => Kind::Upgrade,
        };
        let at = dice.below(200);
        Self {
            kind,
            node: dice.one_of_two(),
            at,
            row_locked: dice.in_percent(50, |dice| dice.span(at + 1, 450)),
            login: dice.in_percent(50, |dice| (dice.below(800), dice.one_of_two())),
            dies: dice.in_percent(20, |dice| at + dice.below(400)),
        }
    }

    /// Tells whether the change was answered, and the token of who logged in meanwhile.
    async fn play(self, world: Arc<World>, person: Person) -> (bool, Option<String>) {
        let at = |at: u64| sleep(Duration::from_millis(at));
        let locked = async {
            let Some(span) = self.row_locked.clone() else { return };
            at(span.start).await;
            let what = format!("SELECT id FROM users WHERE id = {}", person.id.0);
            world.lock(&what, Duration::from_millis(span.end - span.start)).await;
        };
        let login = async {
            let (when, node) = self.login.filter(|_| self.kind != Kind::Upgrade)?;
            at(when).await;
            person.log_in(&world.nodes[node]).await
        };
        let change = async {
            at(self.at).await;
            let change = person.change(&world.nodes[self.node], self.kind);
            match self.dies {
                None => change.await,
                Some(dies) => {
                    tokio::time::timeout(Duration::from_millis(dies - self.at), change).await.unwrap_or(false)
                }
            }
        };
        let ((), token, answered) = tokio::join!(locked, login, change);
        (answered, token)
    }
}

/// Somebody with a session, who is new in each schedule.
#[derive(Clone)]
struct Person {
    id: UserId,
    name: String,
    device: u32,
    tokens: Vec<String>,
}

fn somewhere() -> ClientAddress {
    ClientAddress::new([192, 0, 2, 1].into())
}

fn password(text: &str) -> PlainPassword {
    PlainPassword::parse(text).expect("a password")
}

fn proven(device: u32) -> ProvenDevice {
    let at = Timestamp::from_millis(0);
    let claim = SignedClaim { device: format!("{device:08x}-bf16-5425-adbc-d12f49cfa332"), at };
    ProvenDevice::establish(&claim, true, at, Duration::from_mins(5)).expect("a device")
}

fn registration(name: &str) -> Registration {
    Registration {
        username: Username::register(name).expect("a name"),
        password: password("hunter22"),
        from: somewhere(),
    }
}

impl Person {
    /// Known to both nodes.
    async fn new(world: &World, kind: Kind) -> Self {
        let (first, device) = (&world.nodes[0], number());
        let name = format!("person_{device}");
        let signed_in = if kind == Kind::Upgrade {
            patiently(async || {
                let facts = DeviceFacts::default();
                first.cases.register_visitor.register(proven(device), facts, somewhere()).await
            })
            .await
        } else {
            // One that failed may have taken the name.
            patiently(async || {
                first.cases.register_user.register(registration(&format!("person_{}", number()))).await
            })
            .await
        };
        let token = signed_in.token.expose().to_owned();
        for node in &world.nodes {
            let known = async || accepts(node, &token).await.filter(|accepted| *accepted).ok_or("a session");
            patiently(known).await;
        }
        let name = if kind == Kind::Upgrade { name } else { signed_in.user.username.as_str().to_owned() };
        Self { id: signed_in.user.id, name, device, tokens: vec![token] }
    }

    async fn log_in(&self, node: &Node) -> Option<String> {
        let credentials = Credentials {
            username: UsernameKey::of(&self.name),
            password: password("hunter22"),
            from: somewhere(),
        };
        node.cases.log_in.log_in(credentials).await.ok().map(|signed_in| signed_in.token.expose().to_owned())
    }

    /// Tells whether it was answered.
    async fn change(&self, node: &Node, kind: Kind) -> bool {
        let disabled = StatusWish::now(Status::Disabled);
        match kind {
            Kind::Disable => node.admin.toggle_status.set(operator(), self.id, disabled).await.is_ok(),
            Kind::Delete => {
                node.admin.delete_user.delete(operator(), self.id, None, Reason::default()).await.is_ok()
            }
            Kind::Password => {
                node.admin.set_password.set(operator(), self.id, password("another22")).await.is_ok()
            }
            Kind::Upgrade => {
                let wish = registration(&self.name);
                node.cases.upgrade_visitor.upgrade(proven(self.device), wish).await.is_ok()
            }
        }
    }

    /// Whether the change is in the database.
    async fn changed(&self, world: &World) -> bool {
        let users = &world.nodes[0].adapters.users;
        let user = patiently(async || users.find(self.id).await).await;
        user.expect("somebody").epoch.0 > 0
    }
}
