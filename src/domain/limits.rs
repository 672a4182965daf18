use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::{Period, Timestamp};

/// So many calls in so much time, written `5/1h`.
///
/// Decided by the generic cell rate algorithm (ITU-T I.371): the whole budget can be spent at once, then it refills
/// evenly, one call every `period / calls`. A refused call costs nothing, so retrying never makes it worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    calls: NonZeroU32,
    period: Period,
}

/// What spending from a budget came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// There was something left. The number is to be remembered for the next call.
    Granted {
        /// Microseconds since the Unix epoch at which the budget is whole again.
        whole_at: i64,
    },
    /// There was nothing left, and nothing changed.
    Refused {
        /// When the next call will be granted.
        retry_after: Duration,
    },
}

impl Budget {
    /// What one call takes of the budget, in microseconds of refilling.
    pub fn each(&self) -> i64 {
        (micros(self.period.duration()) / i64::from(self.calls.get())).max(1)
    }

    /// The whole budget, in microseconds of refilling.
    pub fn whole(&self) -> i64 {
        self.each().saturating_mul(i64::from(self.calls.get()))
    }

    /// Spends one call. `whole_at` is what the last granted call left, if any did.
    pub fn spend(&self, whole_at: Option<i64>, now: Timestamp) -> Spent {
        let now = now.as_millis().saturating_mul(1_000);
        // Far more than all of it cannot have been spent: a clock that was ahead wrote that, and would lock until then.
        let most = now.saturating_add(self.whole().saturating_mul(2)).saturating_add(SKEW);
        let left = whole_at.filter(|whole_at| *whole_at <= most).unwrap_or(now);
        let after = left.max(now).saturating_add(self.each());
        let wait = after.saturating_sub(now).saturating_sub(self.whole());
        if wait > 0 {
            Spent::Refused { retry_after: Duration::from_micros(wait.unsigned_abs()) }
        } else {
            Spent::Granted { whole_at: after }
        }
    }
}

/// How far the clocks of several nodes may be apart, in microseconds.
const SKEW: i64 = 60_000_000;

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.calls, self.period)
    }
}

/// A budget, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing is counted.
    Off,
    /// Calls are counted.
    On(Budget),
}

/// A limit that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit is written like 5/1h (units ms, s, m, h, d), or off")]
pub struct InvalidBudget;

impl FromStr for Limit {
    type Err = InvalidBudget;

    fn from_str(text: &str) -> Result<Self, InvalidBudget> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (calls, period) = text.split_once('/').ok_or(InvalidBudget)?;
        let calls = calls.parse().map_err(|_| InvalidBudget)?;
        let period = period.parse().map_err(|_| InvalidBudget)?;
        Ok(Self::On(Budget { calls, period }))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::On(budget) => budget.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(text: &str) -> Budget {
        match text.parse().unwrap() {
            Limit::On(budget) => budget,
            Limit::Off => unreachable!("no budget"),
        }
    }

    /// Spends at each of the given seconds; tells which calls were granted.
    fn granted(budget: Budget, seconds: &[i64]) -> Vec<bool> {
        let mut left = None;
        let spend = |second: &i64| match budget.spend(left, Timestamp::from_millis(second * 1_000)) {
            Spent::Granted { whole_at } => {
                left = Some(whole_at);
                true
            }
            Spent::Refused { .. } => false,
        };
        seconds.iter().map(spend).collect()
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_lock() {
        let hour = budget("5/1h");
        let now = Timestamp::from_millis(1_000_000);
        let spent = |at: Timestamp| match hour.spend(None, at) {
            Spent::Granted { whole_at } => Some(whole_at),
            Spent::Refused { .. } => None,
        };
        let ahead = spent(now.plus(Duration::from_hours(40 * 24)));
        assert!(matches!(hour.spend(ahead, now), Spent::Granted { .. }));
        // Another node's clock is a little ahead: what was spent there counts.
        let whole = spent(now.plus(Duration::from_secs(5))).map(|it| it + 4 * hour.each());
        assert!(matches!(hour.spend(whole, now), Spent::Refused { .. }));
        assert!(matches!(
            hour.spend(Some(i64::MAX), Timestamp::from_millis(i64::MAX)),
            Spent::Granted { .. }
        ));
    }

    #[test]
    fn spends_all_at_once_then_refills() {
        let hour = budget("5/1h");
        assert_eq!(granted(hour, &[0, 0, 0, 0, 0, 0]), [true, true, true, true, true, false]);
        assert_eq!(
            granted(hour, &[0, 0, 0, 0, 0, 719, 720, 721]),
            [true, true, true, true, true, false, true, false]
        );
    }

    #[test]
    fn a_refused_call_extends_nothing() {
        let minute = budget("1/1m");
        let impatient: Vec<i64> = (0..=60).collect();
        let answers = granted(minute, &impatient);
        assert!(answers[0] && answers[60]);
        assert_eq!(answers.iter().filter(|granted| **granted).count(), 2);
    }

    #[test]
    fn tells_when_to_come_back() {
        let Spent::Granted { whole_at } = budget("1/1m").spend(None, Timestamp::from_millis(0)) else {
            unreachable!("the first call is granted")
        };
        let refused = budget("1/1m").spend(Some(whole_at), Timestamp::from_millis(15_000));
        assert_eq!(refused, Spent::Refused { retry_after: Duration::from_secs(45) });
    }

    #[test]
    fn is_written_and_read_alike() {
        for text in ["5/1h", "100/90s", "off"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        assert_eq!("5/h".parse::<Limit>().unwrap().to_string(), "5/1h");
        for bad in ["", "5", "0/1h", "5/0h", "-1/1h", "5/1y", "5/1h ", "OFF", "5/ 1h"] {
            assert_eq!(bad.parse::<Limit>(), Err(InvalidBudget), "{bad}");
        }
    }
}
