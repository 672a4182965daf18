//! A change of one user.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::dice::{Dice, Span};
use super::person::Person;
use super::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Disable,
    Delete,
    Password,
    Upgrade,
}

/// What is done to one user.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) node: usize,
    pub(super) at: u64,
    pub(super) row_locked: Option<Span>,
    /// When the user logs in with the old password, and on which node.
    pub(super) login: Option<(u64, usize)>,
    /// When the node dies, after which nothing is heard of it.
    pub(super) dies: Option<u64>,
}

impl Change {
    pub(super) fn drawn(dice: &mut Dice) -> Self {
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
    pub(super) async fn play(self, world: Arc<World>, person: Person) -> (bool, Option<String>) {
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
