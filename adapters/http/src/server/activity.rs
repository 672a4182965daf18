//! What a connection is at, kept in a few atomics: written on the way of each request, read by the one who looks for
//! connections to close. There is no timer per connection and no lock.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::Deadlines;

/// Bytes of a body that buy another second.
const BYTES_PER_SECOND: u64 = 16 * 1024;

/// A client that takes or sends nothing for this long in the middle of a request makes room for others when there is
/// none left.
const STALLED: u64 = 1_000;

/// What there is to wait for, in the lowest bits of `phase`; the time since when is in the others.
const IDLE: u64 = 0;
const HEAD: u64 = 1;
const BUSY: u64 = 2;
const KIND_BITS: u32 = 2;

/// What a connection is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Finish the request that runs, and take no other.
    Finish,
    /// Close at once.
    Close,
}

const NONE: u8 = 0;
const FINISH: u8 = 1;
const CLOSE: u8 = 2;

/// How gladly a connection is closed to make room: the smaller the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spare {
    /// A request is under way, and its client does not go on with it.
    stalled: bool,
    /// In milliseconds since the server's start.
    since: u64,
}

impl Spare {
    pub(super) const fn is_stalled(self) -> bool {
        self.stalled
    }
}

/// Milliseconds since the server's start, and never 0.
pub(super) fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX >> (KIND_BITS + 1)) + 1
}

/// One connection.
#[derive(Debug)]
pub(super) struct Activity {
    /// When the server started.
    start: Instant,
    phase: AtomicU64,
    /// Since when the client takes nothing of what there is for it; 0 while it does.
    unread: AtomicU64,
    /// Since when no byte of an awaited body has come; 0 while none is awaited.
    starved: AtomicU64,
    /// Until when the awaited body has to be complete; 0 while none is awaited.
    body_deadline: AtomicU64,
    order: AtomicU8,
    ordered: Notify,
}

impl Activity {
    /// Of a connection that was just accepted.
    pub(super) fn new(start: Instant) -> Self {
        let activity = Self {
            start,
            phase: AtomicU64::new(0),
            unread: AtomicU64::new(0),
            starved: AtomicU64::new(0),
            body_deadline: AtomicU64::new(0),
            order: AtomicU8::new(NONE),
            ordered: Notify::new(),
        };
        activity.enter(HEAD);
        activity
    }

    /// See [`since`].
    pub(super) fn now(&self) -> u64 {
        since(self.start)
    }

    fn enter(&self, kind: u64) {
        self.phase.store((self.now() << KIND_BITS) | kind, Ordering::Relaxed);
    }

    /// Bytes came: of a head, unless a request is under way.
    pub(super) fn received(&self) {
        if self.phase.load(Ordering::Relaxed) & ((1 << KIND_BITS) - 1) == IDLE {
            self.enter(HEAD);
        }
    }

    /// A head is complete.
    pub(super) fn request(&self) {
        self.enter(BUSY);
    }

    /// The answer was handed over.
    pub(super) fn answered(&self) {
        self.body_deadline.store(0, Ordering::Relaxed);
        self.starved.store(0, Ordering::Relaxed);
        self.enter(IDLE);
    }

    /// More of a body is needed, of which so many bytes have come since `begun`.
    pub(super) fn awaits_body(&self, begun: u64, bytes: u64, timeout: Duration) {
        let timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX >> 1);
        let deadline = begun.saturating_add(timeout).saturating_add(bytes / BYTES_PER_SECOND * 1_000);
        self.body_deadline.store(deadline, Ordering::Relaxed);
        if self.starved.load(Ordering::Relaxed) == 0 {
            self.starved.store(self.now(), Ordering::Relaxed);
        }
    }

    /// Some of it came, or all.
    pub(super) fn received_body(&self) {
        self.starved.store(0, Ordering::Relaxed);
        self.body_deadline.store(0, Ordering::Relaxed);
    }

    /// The client takes nothing at the moment.
    pub(super) fn blocked(&self) {
        if self.unread.load(Ordering::Relaxed) == 0 {
            self.unread.store(self.now(), Ordering::Relaxed);
        }
    }

    /// The client took something.
    pub(super) fn took(&self) {
        if self.unread.load(Ordering::Relaxed) != 0 {
            self.unread.store(0, Ordering::Relaxed);
        }
    }

    /// Whether it can be closed to make room. Not one that we owe an answer.
    pub(super) fn spare(&self, now: u64) -> Option<Spare> {
        let (kind, since) = self.phase();
        let (unread, starved) = (self.unread.load(Ordering::Relaxed), self.starved.load(Ordering::Relaxed));
        if kind != BUSY && unread == 0 {
            return Some(Spare { stalled: false, since });
        }
        let since = [unread, starved].into_iter().filter(|since| *since != 0).min()?;
        (now.saturating_sub(since) >= STALLED).then_some(Spare { stalled: true, since })
    }

    /// Which deadline was missed.
    pub(super) fn overdue(&self, now: u64, deadlines: &Deadlines) -> Option<&'static str> {
        let over = |since: u64, allowed: Duration| {
            u128::from(now.saturating_sub(since)) > allowed.as_millis() && since != 0
        };
        let (kind, since) = self.phase();
        let body = self.body_deadline.load(Ordering::Relaxed);
        if over(self.unread.load(Ordering::Relaxed), deadlines.write) {
            Some("write")
        } else if body != 0 && now > body {
            Some("body")
        } else if kind == HEAD && over(since, deadlines.head) {
            Some("head")
        } else if kind == IDLE && over(since, deadlines.idle) {
            Some("idle")
        } else {
            None
        }
    }

    fn phase(&self) -> (u64, u64) {
        let phase = self.phase.load(Ordering::Relaxed);
        (phase & ((1 << KIND_BITS) - 1), phase >> KIND_BITS)
    }

    pub(super) fn give(&self, order: Order) {
        let order = match order {
            Order::Finish => FINISH,
            Order::Close => CLOSE,
        };
        self.order.fetch_max(order, Ordering::AcqRel);
        self.ordered.notify_one();
    }

    /// Waits for an order.
    pub(super) async fn ordered(&self) -> Order {
        loop {
            self.ordered.notified().await;
            match self.order.load(Ordering::Acquire) {
                NONE => {}
                FINISH => return Order::Finish,
                _ => return Order::Close,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINES: Deadlines = Deadlines {
        head: Duration::from_secs(10),
        body: Duration::from_secs(20),
        idle: Duration::from_mins(1),
        write: Duration::from_secs(20),
    };

    #[test]
    fn each_wait_has_its_deadline() {
        let it = Activity::new(Instant::now());
        assert_eq!(it.overdue(10_000, &DEADLINES), None);
        assert_eq!(it.overdue(25_000, &DEADLINES), Some("head"));
        it.request();
        assert_eq!(it.overdue(u64::MAX, &DEADLINES), None, "it is our turn");
        it.awaits_body(1, 0, DEADLINES.body);
        assert_eq!((it.overdue(20_001, &DEADLINES), it.overdue(20_100, &DEADLINES)), (None, Some("body")));
        it.received_body();
        it.awaits_body(1, 160 * 1024, DEADLINES.body);
        assert_eq!((it.overdue(30_001, &DEADLINES), it.overdue(30_100, &DEADLINES)), (None, Some("body")));
        it.received_body();
        it.blocked();
        assert_eq!(it.overdue(35_000, &DEADLINES), Some("write"));
        it.took();
        it.answered();
        assert_eq!((it.overdue(60_000, &DEADLINES), it.overdue(75_000, &DEADLINES)), (None, Some("idle")));
        it.received();
        assert_eq!(it.overdue(25_000, &DEADLINES), Some("head"));
    }

    #[test]
    fn idle_ones_make_room_first_and_those_we_owe_an_answer_never() {
        let it = Activity::new(Instant::now());
        let idle = it.spare(u64::MAX).unwrap();
        it.request();
        assert_eq!(it.spare(u64::MAX), None);
        it.awaits_body(1, 0, DEADLINES.body);
        assert_eq!(it.spare(500), None, "it may only be slow");
        let stalled = it.spare(5_000).unwrap();
        assert!(idle < stalled);
        it.received_body();
        assert_eq!(it.spare(u64::MAX), None);
        it.answered();
        it.blocked();
        assert!(it.spare(5_000).unwrap().stalled, "it has an answer to take");
    }
}
