use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How far the end of the server has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Serving,
    /// It still serves, but says that it is not ready, and closes each connection with its next answer.
    Draining,
    /// The listening socket is closed; running requests finish.
    Finishing,
    /// What still runs is cut off.
    Ended,
}

/// Tells all parts of a server how far its end has come. Clones are about the same server.
#[derive(Clone, Debug)]
pub struct Lifecycle(Arc<watch::Sender<Phase>>);

impl Default for Lifecycle {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Serving)))
    }
}

impl Lifecycle {
    /// Where it is.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Goes on to a phase; never back.
    pub fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let later = *phase < to;
            *phase = (*phase).max(to);
            later
        });
    }

    /// Ends the server in its order: it drains for `drain` and then has `finish` to finish. Each `hurry` that resolves
    /// skips what is left of a wait.
    pub async fn end<F: Future>(&self, drain: Duration, finish: Duration, mut hurry: impl FnMut() -> F) {
        for (phase, wait) in [(Phase::Draining, drain), (Phase::Finishing, finish)] {
            self.advance(phase);
            let _ = tokio::time::timeout(wait, hurry()).await;
        }
        self.advance(Phase::Ended);
    }

    /// Waits until it has come to a phase.
    pub(crate) async fn reached(&self, wanted: Phase) {
        let mut phases = self.0.subscribe();
        // It fails when there is no sender, and `self` is one.
        let _ = phases.wait_for(|phase| *phase >= wanted).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_ends_in_its_order_and_never_goes_back() {
        let lifecycle = Lifecycle::default();
        let ending = lifecycle.clone();
        let (drain, finish) = (Duration::from_secs(5), Duration::from_secs(10));
        let end = tokio::spawn(async move { ending.end(drain, finish, pending::<()>).await });
        let begun = tokio::time::Instant::now();
        for (phase, after) in [(Phase::Draining, 0), (Phase::Finishing, 5), (Phase::Ended, 15)] {
            lifecycle.reached(phase).await;
            assert_eq!((lifecycle.phase(), begun.elapsed().as_secs()), (phase, after));
        }
        end.await.unwrap();
        lifecycle.advance(Phase::Serving);
        assert_eq!(lifecycle.phase(), Phase::Ended);
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_call_skips_the_wait() {
        let lifecycle = Lifecycle::default();
        let begun = tokio::time::Instant::now();
        lifecycle.end(Duration::from_hours(1), Duration::from_hours(1), || ready(())).await;
        assert_eq!((lifecycle.phase(), begun.elapsed().as_secs()), (Phase::Ended, 0));
    }
}
