//! What the tests share: a stage with the service on it, and the people who use it.

mod answer;
mod browser;
pub(crate) mod bucket;
pub(crate) mod engines;
mod identity;
mod personas;
pub(crate) mod pictures;
mod stage;
mod wire;

use std::path::Path;

use usher_domain::{Administrator, Operator, Owner, Viewer};

pub(crate) use answer::Answer;
pub(crate) use browser::{ADMIN_PASSWORD, Browser};
pub(crate) use identity::Identity;
pub(crate) use personas::{Body, Phone};
pub(crate) use stage::{Stage, without_limits};
pub(crate) use wire::{State, Wire};

/// The salt of the published test vector.
pub(crate) const SALT: &str = "45ncashdaksh2!#@3nxjdas*_259";

static MACHINE: Administrator = Administrator::at_the_machine();

/// Who may change users.
pub(crate) fn operator() -> Operator<'static> {
    MACHINE.operating().expect("the one at the machine may")
}

/// Who may decide about the installation.
pub(crate) fn owner() -> Owner<'static> {
    MACHINE.owning().expect("the one at the machine may")
}

/// Who may look.
pub(crate) fn viewer() -> Viewer<'static> {
    MACHINE.viewing().expect("the one at the machine may")
}

/// Reads a file of the project.
pub(crate) fn project_file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file")
}
