//! The laws of a [`Probe`].

use std::sync::Arc;

use crate::outbound::Probe;

/// Probes of one kind.
pub struct Probes {
    /// Of something that is there.
    pub there: Arc<dyn Probe>,
    /// Of something that went away after it had been there.
    pub gone: Arc<dyn Probe>,
    /// Of something that is there and may not be written.
    pub unwritable: Arc<dyn Probe>,
}

/// What is there answers, each time.
pub async fn what_is_there_answers(probes: &Probes) {
    for _ in 0..3 {
        assert!(probes.there.ping().await.is_ok());
    }
}

/// What is gone does not.
pub async fn what_is_gone_does_not_answer(probes: &Probes) {
    assert!(probes.gone.ping().await.is_err());
}

/// What cannot be written does not, although it can be read: most calls write.
pub async fn what_cannot_be_written_does_not_answer(probes: &Probes) {
    assert!(probes.unwritable.ping().await.is_err());
}

/// Tests a probe: `probes_contract!(sqlite, setup())`, where the setup yields `(Probes, guard)`.
#[macro_export]
macro_rules! probes_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            probes,
            [what_is_there_answers, what_is_gone_does_not_answer, what_cannot_be_written_does_not_answer,]
        );
    };
}
