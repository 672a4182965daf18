use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Why a store fails for every caller alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is, in the log.
    pub name: &'static str,
    /// What the operator does about it, in the log.
    pub advice: &'static str,
    /// How much is known about it.
    pub severity: Severity,
    /// How long nothing has to fail for the fault to be over.
    pub quiet: Duration,
}

impl Fault {
    /// The server cannot be reached.
    pub const AWAY: Self = Self::vague(
        "it cannot be reached",
        "Check the server and the network; Usher connects again by itself.",
    );

    /// Nothing can be written until an operator acts.
    pub const fn lasting(name: &'static str, advice: &'static str) -> Self {
        Self::of(Severity::Lasting, name, advice)
    }

    /// The next call may succeed.
    pub const fn passing(name: &'static str, advice: &'static str) -> Self {
        Self::of(Severity::Passing, name, advice)
    }

    /// No answer in time, which may have any cause.
    pub const fn vague(name: &'static str, advice: &'static str) -> Self {
        Self::of(Severity::Vague, name, advice)
    }

    const fn of(severity: Severity, name: &'static str, advice: &'static str) -> Self {
        Self { name, advice, severity, quiet: Duration::from_secs(3) }
    }
}

/// How much a fault says. What is worse is logged after what is not, and not the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No answer in time, which may have any cause.
    Vague,
    /// The next call may succeed.
    Passing,
    /// Nothing can be written until an operator repairs it.
    Lasting,
}

/// Logs an outage of a store: one line for each fault when it begins, one when the outage is over, and none for the
/// calls that fail meanwhile. Costs nothing while all is well.
#[derive(Debug)]
pub struct Outage {
    store: &'static str,
    current: Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    began: Instant,
    failed: Instant,
    faults: Vec<Fault>,
}

impl Current {
    fn severity(&self) -> Option<Severity> {
        self.faults.iter().map(|fault| fault.severity).max()
    }

    fn is_lasting(&self) -> bool {
        self.severity() == Some(Severity::Lasting)
    }
}

/// For how long a failed write counts against a probe that succeeds: the probe writes less than a call does.
const FRESH: Duration = Duration::from_secs(2);

impl Outage {
    /// Of the store that the log calls by this name.
    pub const fn of(store: &'static str) -> Self {
        Self { store, current: Mutex::new(None) }
    }

    /// A call failed. True where the outage begins: the caller then asks the store until [`Outage::ended`].
    pub fn failed(&self, fault: Fault, cause: &(dyn Error + 'static)) -> bool {
        let now = Instant::now();
        let mut current = self.lock();
        let begins = current.is_none();
        let outage = current.get_or_insert_with(|| Current { began: now, failed: now, faults: Vec::new() });
        outage.failed = now;
        // Calls that wait behind one that fails run out of time: that says nothing new.
        let worse = Some(fault.severity) > outage.severity() || fault.severity == Severity::Lasting;
        let new = worse && !outage.faults.contains(&fault);
        if new {
            outage.faults.push(fault);
        }
        drop(current);
        if new {
            tracing::error!(
                store = self.store,
                fault = fault.name,
                error = cause,
                "{} fails: {}. {} Calls that need it are answered 503; this line is not repeated.",
                self.store,
                fault.name,
                fault.advice,
            );
        }
        begins
    }

    /// Whether there is an outage.
    pub fn is_on(&self) -> bool {
        self.lock().is_some()
    }

    /// Whether a call failed a moment ago for a reason that lasts.
    pub fn is_fresh(&self) -> bool {
        self.lock().as_ref().is_some_and(|outage| outage.is_lasting() && outage.failed.elapsed() < FRESH)
    }

    /// Ends the outage, if nothing failed for long enough. To be asked after a probe that succeeded.
    pub fn ended(&self) -> bool {
        let mut current = self.lock();
        let Some(outage) = current.as_ref() else { return true };
        let quiet = outage.faults.iter().map(|fault| fault.quiet).max().unwrap_or_default();
        if outage.failed.elapsed() < quiet {
            return false;
        }
        let seconds = outage.began.elapsed().as_secs();
        *current = None;
        drop(current);
        tracing::info!(store = self.store, seconds, "{} works again, after {seconds} s", self.store);
        true
    }

    fn lock(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Fault =
        Fault { name: "full", advice: "", severity: Severity::Lasting, quiet: Duration::ZERO };
    const SLOW: Fault =
        Fault { name: "slow", advice: "", severity: Severity::Vague, quiet: Duration::from_mins(1) };

    #[test]
    fn of_many_failures_the_first_begins_it() {
        let outage = Outage::of("it");
        assert!(outage.ended() && !outage.is_on());
        assert!(outage.failed(FULL, &std::fmt::Error));
        assert!(!outage.failed(FULL, &std::fmt::Error) && !outage.failed(SLOW, &std::fmt::Error));
        assert!(outage.is_on() && outage.is_fresh());
        // What waits behind a full disk is no fault of its own, and does not have to be waited for.
        assert!(outage.ended() && !outage.is_on() && !outage.is_fresh());
    }

    #[test]
    fn is_over_when_nothing_failed_for_long_enough() {
        let outage = Outage::of("it");
        assert!(outage.failed(SLOW, &std::fmt::Error));
        assert!(!outage.is_fresh() && !outage.ended() && outage.is_on());
    }
}
