//! What was away, and when.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::locked;

/// What can be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Node(usize),
    Database,
    Redis,
}

/// How it went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By SIGKILL.
    Kill,
    /// It stands still and goes on later, as if nothing had been.
    Pause,
}

/// The time that a call took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) part: Part,
    pub(crate) kind: Kind,
    pub(crate) from: Instant,
    /// When it was there again; nothing while it is away.
    pub(crate) until: Option<Instant>,
}

impl Fault {
    fn overlaps(&self, from: Instant, to: Instant) -> bool {
        self.from <= to && self.until.is_none_or(|until| until >= from)
    }

    fn is_of_a_node(&self) -> bool {
        matches!(self.part, Part::Node(_))
    }
}

/// Which fault, to say that it is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultId(usize);

/// Everything that was done to the installation.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

/// What Redis may forget when it is killed: `appendfsync everysec` syncs once a second, and is late by another one when
/// the disk is.
const FORGOTTEN: Duration = Duration::from_secs(3);

impl Faults {
    pub(crate) fn begin(&self, part: Part, kind: Kind, from: Instant) -> FaultId {
        let mut faults = locked(&self.0);
        faults.push(Fault { part, kind, from, until: None });
        FaultId(faults.len() - 1)
    }

    pub(crate) fn end(&self, id: FaultId, until: Instant) {
        if let Some(fault) = locked(&self.0).get_mut(id.0) {
            fault.until = Some(until);
        }
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        locked(&self.0).clone()
    }

    /// What was away since a moment, as so long after it.
    pub(crate) fn told(&self, since: Instant) -> String {
        let before = since.checked_sub(FORGOTTEN * 5).unwrap_or(since);
        let seconds = |at: Instant| match at.checked_duration_since(since) {
            Some(after) => format!("{:.2}", after.as_secs_f64()),
            None => format!("-{:.2}", (since - at).as_secs_f64()),
        };
        let faults = locked(&self.0);
        let near = faults.iter().filter(|it| it.until.is_none_or(|until| until >= before));
        let lines: Vec<_> = near
            .map(|Fault { part, kind, from, until }| {
                let until = until.map_or_else(|| "now".to_owned(), seconds);
                format!("\n    {kind:?} of {part:?} from {} s until {until} s", seconds(*from))
            })
            .collect();
        lines.concat()
    }

    /// Whether the node was away at some moment of the call.
    pub(crate) fn node_was_away(&self, node: usize, call: Span) -> bool {
        locked(&self.0)
            .iter()
            .any(|fault| fault.part == Part::Node(node) && fault.overlaps(call.from, call.to))
    }

    /// Whether the node stood still at some moment of the call: what it was waiting for is then too late for it.
    pub(crate) fn node_was_paused(&self, node: usize, call: Span) -> bool {
        locked(&self.0).iter().any(|fault| {
            let paused = fault.part == Part::Node(node) && matches!(fault.kind, Kind::Pause);
            paused && fault.overlaps(call.from, call.to)
        })
    }

    /// How long the database and Redis had been back at the call's begin, if one of them was away so shortly before that
    /// nodes may still be getting over it. Zero while it is away.
    pub(crate) fn since_an_outage(&self, call: Span, grace: Duration) -> Option<Duration> {
        let late = |fault: &Fault| {
            fault.until.map_or(Duration::ZERO, |until| call.from.saturating_duration_since(until))
        };
        let faults = locked(&self.0);
        let near = faults.iter().filter(|it| !it.is_of_a_node() && it.from <= call.to);
        near.map(late).filter(|late| *late <= grace).min()
    }

    /// From when a promise of this moment has to be kept: from then on, or from when the last of what it rests on was back.
    /// Nothing if that is still away.
    pub(crate) fn in_force_from(&self, promised: Instant, now: Instant) -> Option<Instant> {
        let before = promised.checked_sub(FORGOTTEN).unwrap_or(promised);
        let mut from = promised;
        for fault in locked(&self.0).iter().filter(|it| !it.is_of_a_node() && it.overlaps(before, now)) {
            from = from.max(fault.until.filter(|until| *until <= now)?);
        }
        Some(from)
    }

    /// Whether Redis may have forgotten what was acknowledged at this time. A kill takes a while to arrive, and Redis answers
    /// until then; so what was acknowledged between its beginning and its end may be gone, too.
    pub(crate) fn redis_may_forget(&self, acknowledged: Instant) -> bool {
        locked(&self.0).iter().any(|fault| {
            fault.part == Part::Redis
                && fault.kind == Kind::Kill
                && fault.from <= acknowledged + FORGOTTEN
                && fault.until.is_none_or(|until| acknowledged <= until)
        })
    }
}
