use std::fmt;
use std::time::Duration;

use crate::Idle;

/// The outcome of a load.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// How long each answered call took, the quickest first.
    pub took: Vec<Duration>,
    /// How long each call took that was answered 503, the quickest first.
    pub refused: Vec<Duration>,
    /// Of these, those without Retry-After.
    pub without_retry_after: usize,
    /// Calls that were answered otherwise, or not.
    pub failed: usize,
    /// How long all of it took.
    pub elapsed: Duration,
    /// The share of the machine that was idle meanwhile.
    pub idle: f64,
}

impl Figures {
    /// Of calls that all were answered, begun when `idle` was.
    pub fn of(mut took: Vec<Duration>, elapsed: Duration, idle: Idle) -> Self {
        took.sort_unstable();
        Self { took, elapsed, idle: idle.share(), ..Self::default() }
    }

    /// Answered calls in a second.
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Within how many milliseconds this share of the answered calls was answered.
    pub fn within(&self, share: f64) -> f64 {
        within(&self.took, share)
    }

    /// Within how many milliseconds this share of the refused calls was refused.
    pub fn refused_within(&self, share: f64) -> f64 {
        within(&self.refused, share)
    }
}

fn within(sorted: &[Duration], share: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1e3)
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (p50, p99, idle) = (self.within(0.5), self.within(0.99), self.idle * 100.0);
        write!(f, "{:>8.0}/s  p50 {p50:>7.2} ms  p99 {p99:>7.2} ms  idle {idle:>3.0} %", self.rate())?;
        if !self.refused.is_empty() {
            write!(f, "  503: {}", self.refused.len())?;
        }
        if self.failed > 0 {
            write!(f, "  FAILED: {}", self.failed)?;
        }
        Ok(())
    }
}
