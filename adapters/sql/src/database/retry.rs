use super::{DatabaseError, Result};

/// How often a transaction is tried that others are in the way of.
const ATTEMPTS: u32 = 10;

/// Runs a whole transaction, again where another one was in the way: servers resolve a deadlock by ending one side and
/// expect it to come back.
pub(crate) async fn retrying<T, F>(transaction: impl Fn() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    let mut attempt = 1;
    loop {
        match transaction().await {
            Err(DatabaseError::Contended(cause)) if attempt < ATTEMPTS => {
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
