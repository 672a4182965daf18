//! What the tests share: a stage with the service on it, and the people who use it.

mod answer;
mod browser;
pub(crate) mod bucket;
pub(crate) mod engines;
mod fault_proxy;
mod identity;
mod personas;
pub(crate) mod pictures;
mod stage;

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use usher_crypto::SaltedSignatures;
use usher_domain::{Administrator, AuthenticatedDevice, Operator, Owner, SetUpCode, SignedClaim, Viewer};
use usher_ports::outbound::SignatureVerifier as _;

pub(crate) use answer::Answer;
pub(crate) use browser::{ADMIN_PASSWORD, Browser};
pub(crate) use fault_proxy::{FaultProxy, State};
pub(crate) use identity::Identity;
pub(crate) use personas::{Body, Phone};
pub(crate) use stage::{Stage, without_limits};

/// The salt of the published test vector.
pub(crate) const SALT: &str = "45ncashdaksh2!#@3nxjdas*_259";

/// The one at the command line.
static MACHINE: LazyLock<Administrator> =
    LazyLock::new(|| Administrator::with(&SetUpCode::new("a code".to_owned())));

/// The device of a claim that is signed when it is looked at.
pub(crate) fn authenticate(claim: SignedClaim) -> AuthenticatedDevice {
    let salts = SaltedSignatures::new([SALT.to_owned()]);
    let (at, signature) = (claim.at, salts.sign(&claim).expect("a salt"));
    let claim = salts.verify(claim, &signature).expect("a claim that was signed");
    AuthenticatedDevice::of(&claim, at, Duration::ZERO).expect("a device")
}

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
