//! What the tests share: a stage with the service on it, and the people who use it.

mod answer;
pub(crate) mod engines;
mod personas;
mod stage;

pub(crate) use answer::Answer;
pub(crate) use personas::{Body, Phone};
pub(crate) use stage::Stage;

/// The salt of the published test vector.
pub(crate) const SALT: &str = "45ncashdaksh2!#@3nxjdas*_259";
