//! Whether a node can serve is asked by many, and found out by few.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use usher_application::CheckReadinessService;
use usher_memory::FixedClock;
use usher_ports::inbound::CheckReadiness as _;
use usher_ports::outbound::{Probe, StoreError};

use super::house::NOON;

/// Answers after a while, as it is told.
#[derive(Default)]
struct Counted {
    asked: AtomicUsize,
    answers: Option<Duration>,
    fails: bool,
}

#[async_trait]
impl Probe for Counted {
    async fn ping(&self) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.answers {
            Some(after) => tokio::time::sleep(after).await,
            None => std::future::pending().await,
        }
        if self.fails { Err(StoreError::new("it fails")) } else { Ok(()) }
    }
}

fn readiness(probe: Counted) -> (Arc<Counted>, Arc<FixedClock>, Arc<CheckReadinessService>) {
    let (probe, clock) = (Arc::new(probe), Arc::new(FixedClock::at(NOON)));
    let readiness = CheckReadinessService::new(vec![probe.clone()], clock.clone());
    (probe, clock, Arc::new(readiness))
}

#[tokio::test]
async fn the_stores_are_asked_once_a_second() {
    for fails in [false, true] {
        let answers = Some(Duration::from_millis(50));
        let (probe, clock, readiness) = readiness(Counted { answers, fails, ..Counted::default() });
        let asking: Vec<_> = (0..50)
            .map(|_| {
                let readiness = Arc::clone(&readiness);
                tokio::spawn(async move { readiness.check().await.is_err() })
            })
            .collect();
        for one in asking {
            assert_eq!(one.await.expect("no panic"), fails);
        }
        clock.advance(Duration::from_millis(999));
        assert_eq!(readiness.check().await.is_err(), fails);
        assert_eq!(probe.asked.load(Ordering::SeqCst), 1);
        clock.advance(Duration::from_millis(1));
        assert_eq!(readiness.check().await.is_err(), fails);
        assert_eq!(probe.asked.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn what_does_not_answer_is_not_waited_for() {
    let (_, _, readiness) = readiness(Counted::default());
    let begun = Instant::now();
    assert!(readiness.check().await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// The caller that began the check may be gone before it is over.
#[tokio::test]
async fn a_caller_that_leaves_fails_no_other() {
    let answers = Some(Duration::from_millis(100));
    let (probe, _, readiness) = readiness(Counted { answers, ..Counted::default() });
    assert!(tokio::time::timeout(Duration::from_millis(10), readiness.check()).await.is_err());
    assert!(readiness.check().await.is_ok());
    assert_eq!(probe.asked.load(Ordering::SeqCst), 1);
}
