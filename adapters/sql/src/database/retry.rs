use std::time::{Duration, Instant};

use super::{DatabaseError, Result};

/// How often a transaction is tried that others are in the way of.
const ATTEMPTS: u32 = 10;

/// For how long: an attempt may wait for a lock as long as a caller waits for an answer.
const LONGEST: Duration = Duration::from_secs(10);

/// Runs a whole transaction, again where another one was in the way: servers resolve a deadlock by ending one side and
/// expect it to come back.
pub(super) async fn retrying<T, F>(transaction: impl Fn() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    let (begun, mut attempt) = (Instant::now(), 1);
    loop {
        match transaction().await {
            Err(DatabaseError::Contended(cause)) if attempt < ATTEMPTS && begun.elapsed() < LONGEST => {
                tracing::debug!(
                    attempt,
                    error = &cause as &dyn std::error::Error,
                    "trying a transaction again"
                );
                attempt += 1;
                tokio::task::yield_now().await;
            }
            outcome => return outcome,
        }
    }
}
