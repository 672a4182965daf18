use std::sync::Mutex;
use std::time::Duration;

use usher_domain::Timestamp;
use usher_ports::outbound::Clock;

use crate::lock;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Standing at `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *lock(&self.0) = now;
    }

    /// Moves it forwards.
    pub fn advance(&self, span: Duration) {
        let mut now = lock(&self.0);
        *now = now.plus(span);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_only_when_it_is_moved() {
        let clock = FixedClock::at(Timestamp::from_millis(1_000));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now(), Timestamp::from_millis(3_000));
        clock.set(Timestamp::from_millis(0));
        assert_eq!(clock.now(), Timestamp::from_millis(0));
    }
}
