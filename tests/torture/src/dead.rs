//! Tokens whose sessions ended, and the clients that try them all the time.

use std::sync::Mutex;

use fastrand::Rng;

use crate::ledger::Token;
use crate::locked;

/// How many are remembered.
const MOST: usize = 5_000;

/// Tokens that must not be served.
#[derive(Debug, Default)]
pub(crate) struct Dead(Mutex<Vec<Token>>);

impl Dead {
    /// Remembers them; when there are too many, in the places of others.
    pub(crate) fn bury(&self, tokens: Vec<Token>, rng: &mut Rng) {
        let mut dead = locked(&self.0);
        for token in tokens {
            if dead.len() < MOST {
                dead.push(token);
            } else {
                let place = rng.usize(..MOST);
                dead[place] = token;
            }
        }
    }

    /// Any of them; often one of the latest, about which a node may not have heard.
    pub(crate) fn any(&self, rng: &mut Rng) -> Option<Token> {
        let dead = locked(&self.0);
        let first = if rng.bool() { dead.len().saturating_sub(20) } else { 0 };
        if dead.is_empty() { None } else { Some(dead[rng.usize(first..dead.len())].clone()) }
    }

    pub(crate) fn all(&self) -> Vec<Token> {
        locked(&self.0).clone()
    }
}
