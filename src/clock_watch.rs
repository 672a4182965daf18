//! Whether the clock can be believed when something is to be done for good because time has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usher_domain::Timestamp;
use usher_ports::outbound::Clock;

/// How far the clock may move against the time that has passed since the start. What is deleted is kept for much longer;
/// a machine that is stopped and goes on is set right by as much as it stood still.
const MOST: i64 = 24 * 3_600_000;

/// Compares the clock, which can be set, with the time that has passed since the machine was started, which cannot.
pub(crate) struct ClockWatch {
    clock: Arc<dyn Clock>,
    started: Timestamp,
    passed: fn() -> i64,
    passed_at_start: i64,
    steady: AtomicBool,
}

impl ClockWatch {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with(clock, since_boot)
    }

    /// Beside a clock that must stand still.
    #[cfg(test)]
    pub(crate) fn standing_still(clock: Arc<dyn Clock>) -> Self {
        Self::with(clock, || 0)
    }

    fn with(clock: Arc<dyn Clock>, passed: fn() -> i64) -> Self {
        let started = clock.now();
        Self { clock, started, passed, passed_at_start: passed(), steady: AtomicBool::new(true) }
    }

    /// False while the clock is a day or more from where it should be. Says so once, and once when it is back.
    pub(crate) fn is_steady(&self) -> bool {
        let told = self.clock.now().as_millis().saturating_sub(self.started.as_millis());
        let jump = told.saturating_sub((self.passed)().saturating_sub(self.passed_at_start));
        let steady = jump.saturating_abs() < MOST;
        if self.steady.swap(steady, Ordering::Relaxed) != steady {
            let hours = jump / 3_600_000;
            if steady {
                tracing::info!("the clock is where it should be: what is due is done again");
            } else {
                tracing::error!(
                    hours,
                    "the clock has jumped by {hours} hours since the start: nothing is deleted and no user is enabled \
                     because of the time until it is set right; if it is right now, restart Usher"
                );
            }
        }
        steady
    }
}

/// Milliseconds, also those that the machine slept through.
#[cfg(unix)]
fn since_boot() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
}

#[cfg(not(unix))]
fn since_boot() -> i64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    i64::try_from(START.elapsed().as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use usher_memory::FixedClock;

    #[test]
    fn a_clock_that_jumps_is_not_believed_until_it_is_back() {
        let clock = Arc::new(FixedClock::at(Timestamp::from_millis(1_752_835_449_008)));
        let watch = ClockWatch::standing_still(clock.clone());
        assert!(watch.is_steady());
        clock.advance(Duration::from_hours(23));
        assert!(watch.is_steady(), "within a day");
        clock.advance(Duration::from_hours(31 * 24));
        assert!(!watch.is_steady() && !watch.is_steady());
        let restarted = ClockWatch::standing_still(clock);
        assert!(restarted.is_steady(), "a restart believes the clock");
    }

    #[test]
    fn time_that_has_passed_is_no_jump() {
        let watch = ClockWatch::new(Arc::new(crate::system::SystemClock));
        assert!(watch.is_steady());
    }
}
