//! Nodes over these stores, one step at a time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use futures_util::FutureExt as _;
use usher::system::SystemIds;
use usher_application::SettleRevocationsService;
use usher_domain::{AuditContext, Reason, Status, User, UserChange};
use usher_memory::{FixedClock, MemorySessions, MemoryUsers};
use usher_ports::inbound::SettleRevocations as _;
use usher_ports::outbound::{UserChanges as _, UserLookup as _, UserRepository};

use super::super::house::NOON;
use super::stores::{Kind, Stores, at_once};

type Round = Pin<Box<dyn Future<Output = ()>>>;

pub(super) struct World {
    pub(super) stores: Arc<Stores>,
    users: Vec<User>,
    nodes: Vec<Option<Round>>,
}

fn poll(round: &mut Round) -> bool {
    round.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

impl World {
    pub(super) fn new(kind: Kind, nodes: usize) -> Self {
        let users = Arc::new(MemoryUsers::default());
        let repository: Arc<dyn UserRepository> = users.clone();
        let person = || usher_ports::contract::a_user(&repository).now_or_never().expect("somebody at once");
        let people = vec![person(), person()];
        let stores = Stores::new(kind, users);
        Self { stores: Arc::new(stores), users: people, nodes: (0..nodes).map(|_| None).collect() }
    }

    fn round(&self) -> Round {
        let revoker = SettleRevocationsService {
            sessions: Arc::new(MemorySessions::default()),
            sink: Some(self.stores.clone()),
            outbox: self.stores.clone(),
            ids: Arc::new(SystemIds),
            clock: Arc::new(FixedClock::at(NOON)),
        };
        // What fails is tried again by another round.
        Box::pin(async move { drop(revoker.settle().await) })
    }

    pub(super) fn runs(&self, node: usize) -> bool {
        self.nodes[node].is_some()
    }

    /// Lets a node do its next step, the first of a new round if none is under way; tells whether it began one.
    pub(super) fn step(&mut self, node: usize) -> bool {
        let begins = self.nodes[node].is_none();
        let mut round = self.nodes[node].take().unwrap_or_else(|| self.round());
        if !poll(&mut round) {
            self.nodes[node] = Some(round);
        }
        begins
    }

    pub(super) fn crash(&mut self, node: usize) {
        self.nodes[node] = None;
    }

    /// A round with nothing between its steps.
    pub(super) fn settle_undisturbed(&self) {
        let mut round = self.round();
        while !poll(&mut round) {}
    }

    /// Lets the rounds that are under way end.
    pub(super) fn go_on(&mut self) {
        for round in self.nodes.iter_mut().filter_map(Option::take) {
            let mut round = round;
            while !poll(&mut round) {}
        }
    }

    /// Commits a change; where the status is the same, of the password.
    pub(super) fn change(&self, user: usize, status: Status) {
        let (users, id) = (&self.stores.users, self.users[user].id);
        let context = AuditContext { by: "ann".to_owned(), from: None, at: NOON, reason: Reason::default() };
        let before = at_once(users.find(id)).expect("a user");
        let change = if before.status == status {
            UserChange::Password(usher_domain::PasswordHash::new("$another$".to_owned()))
        } else {
            UserChange::status(status)
        };
        at_once(users.change(id, &change, None, &context));
        let after = at_once(users.find(id)).expect("a user");
        assert!(after.epoch > before.epoch, "every change here ends sessions");
    }
}
