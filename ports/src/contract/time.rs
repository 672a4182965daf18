//! The laws of a [`Clock`](crate::outbound::Clock).

use std::sync::Arc;

use super::at_once;
use crate::outbound::Clock;

/// The time is in Unix milliseconds: of another unit it would be of another century.
pub async fn it_tells_milliseconds_of_this_century(clock: &Arc<dyn Clock>) {
    let (from, to) = (1_735_689_600_000, 4_102_444_800_000);
    let now = clock.now().as_millis();
    assert!((from..to).contains(&now), "{now} is not between 2025 and 2100");
}

/// The time does not run backwards, wherever it is asked for.
pub async fn it_does_not_run_backwards(clock: &Arc<dyn Clock>) {
    let before = clock.now();
    let told = at_once((0..8).map(|_| {
        let clock = Arc::clone(clock);
        async move { (0..1_000).map(|_| clock.now()).collect::<Vec<_>>() }
    }))
    .await;
    let after = clock.now();
    for times in told {
        assert!(times.is_sorted());
        assert!(before <= times[0] && times[999] <= after);
    }
}

/// Tests a clock: `time_contract!(system, setup())`, where the setup yields `(Arc<dyn Clock>, guard)`.
#[macro_export]
macro_rules! time_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            time,
            [it_tells_milliseconds_of_this_century, it_does_not_run_backwards]
        );
    };
}
