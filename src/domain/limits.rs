use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::{Period, Timestamp};

/// A number of calls per period, written `5/1h`.
///
/// Decided by the generic cell rate algorithm (ITU-T I.371): the whole quota can be used at once, then it refills
/// evenly, one call every `period / calls`. A refused call costs nothing, so retrying never makes it worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    calls: NonZeroU32,
    period: Period,
}

/// The outcome of acquiring one call from a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaDecision {
    /// There was something left. The number is to be remembered for the next call.
    Granted {
        /// Microseconds since the Unix epoch at which the quota is whole again.
        whole_at: i64,
    },
    /// There was nothing left, and nothing changed.
    Refused {
        /// When the next call will be granted.
        retry_after: Duration,
    },
}

impl Quota {
    /// What one call takes of the quota, in microseconds of refilling.
    pub fn each(&self) -> i64 {
        (micros(self.period.duration()) / i64::from(self.calls.get())).max(1)
    }

    /// The whole quota, in microseconds of refilling.
    pub fn whole(&self) -> i64 {
        self.each().saturating_mul(i64::from(self.calls.get()))
    }

    /// Acquires one call. `whole_at` is what the last granted call left, if any did.
    pub fn acquire(&self, whole_at: Option<i64>, now: Timestamp) -> QuotaDecision {
        let now = now.as_millis().saturating_mul(1_000);
        // Far more than all of it cannot have been used: a clock that was ahead wrote that, and would lock until then.
        let most = now.saturating_add(self.whole().saturating_mul(2)).saturating_add(SKEW);
        let left = whole_at.filter(|whole_at| *whole_at <= most).unwrap_or(now);
        let after = left.max(now).saturating_add(self.each());
        let wait = after.saturating_sub(now).saturating_sub(self.whole());
        if wait > 0 {
            QuotaDecision::Refused { retry_after: Duration::from_micros(wait.unsigned_abs()) }
        } else {
            QuotaDecision::Granted { whole_at: after }
        }
    }
}

/// How far the clocks of several nodes may be apart, in microseconds.
const SKEW: i64 = 60_000_000;

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.calls, self.period)
    }
}

/// A quota, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing is counted.
    Off,
    /// Calls are counted.
    On(Quota),
}

/// A limit that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit is written like 5/1h (units ms, s, m, h, d), or off")]
pub struct InvalidQuota;

impl FromStr for Limit {
    type Err = InvalidQuota;

    fn from_str(text: &str) -> Result<Self, InvalidQuota> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (calls, period) = text.split_once('/').ok_or(InvalidQuota)?;
        let calls = calls.parse().map_err(|_| InvalidQuota)?;
        let period = period.parse().map_err(|_| InvalidQuota)?;
        Ok(Self::On(Quota { calls, period }))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::On(quota) => quota.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(text: &str) -> Quota {
        match text.parse().unwrap() {
            Limit::On(quota) => quota,
            Limit::Off => unreachable!("no quota"),
        }
    }

    /// Acquires at each of the given seconds; tells which calls were granted.
    fn granted(quota: Quota, seconds: &[i64]) -> Vec<bool> {
        let mut left = None;
        let acquire = |second: &i64| match quota.acquire(left, Timestamp::from_millis(second * 1_000)) {
            QuotaDecision::Granted { whole_at } => {
                left = Some(whole_at);
                true
            }
            QuotaDecision::Refused { .. } => false,
        };
        seconds.iter().map(acquire).collect()
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_lock() {
        let hour = quota("5/1h");
        let now = Timestamp::from_millis(1_000_000);
        let used = |at: Timestamp| match hour.acquire(None, at) {
            QuotaDecision::Granted { whole_at } => Some(whole_at),
            QuotaDecision::Refused { .. } => None,
        };
        let ahead = used(now.plus(Duration::from_hours(40 * 24)));
        assert!(matches!(hour.acquire(ahead, now), QuotaDecision::Granted { .. }));
        // Another node's clock is a little ahead: what was used there counts.
        let whole = used(now.plus(Duration::from_secs(5))).map(|it| it + 4 * hour.each());
        assert!(matches!(hour.acquire(whole, now), QuotaDecision::Refused { .. }));
        assert!(matches!(
            hour.acquire(Some(i64::MAX), Timestamp::from_millis(i64::MAX)),
            QuotaDecision::Granted { .. }
        ));
    }

    #[test]
    fn grants_all_at_once_then_refills() {
        let hour = quota("5/1h");
        assert_eq!(granted(hour, &[0, 0, 0, 0, 0, 0]), [true, true, true, true, true, false]);
        assert_eq!(
            granted(hour, &[0, 0, 0, 0, 0, 719, 720, 721]),
            [true, true, true, true, true, false, true, false]
        );
    }

    #[test]
    fn a_refused_call_extends_nothing() {
        let minute = quota("1/1m");
        let impatient: Vec<i64> = (0..=60).collect();
        let answers = granted(minute, &impatient);
        assert!(answers[0] && answers[60]);
        assert_eq!(answers.iter().filter(|granted| **granted).count(), 2);
    }

    #[test]
    fn tells_when_to_come_back() {
        let QuotaDecision::Granted { whole_at } = quota("1/1m").acquire(None, Timestamp::from_millis(0))
        else {
            unreachable!("the first call is granted")
        };
        let refused = quota("1/1m").acquire(Some(whole_at), Timestamp::from_millis(15_000));
        assert_eq!(refused, QuotaDecision::Refused { retry_after: Duration::from_secs(45) });
    }

    #[test]
    fn is_written_and_read_alike() {
        for text in ["5/1h", "100/90s", "off"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        assert_eq!("5/h".parse::<Limit>().unwrap().to_string(), "5/1h");
        for bad in ["", "5", "0/1h", "5/0h", "-1/1h", "5/1y", "5/1h ", "OFF", "5/ 1h"] {
            assert_eq!(bad.parse::<Limit>(), Err(InvalidQuota), "{bad}");
        }
    }
}
