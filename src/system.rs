//! The machine's clock and random numbers: the only place that asks it for either.

use usher_domain::{SessionSecret, Timestamp};
use usher_ports::outbound::{Clock, IdSource};
use uuid::Uuid;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port's adapter")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the port's adapter")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn session_secret(&self) -> SessionSecret {
        SessionSecret::new(random())
    }

    fn salt(&self) -> u32 {
        u32::from_ne_bytes(random())
    }
}

/// Random bytes. A system without any cannot give out identities safely, so there is nothing to go on with.
#[expect(clippy::disallowed_methods, clippy::expect_used, reason = "this is the adapter; see above")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has no random numbers");
    bytes
}
