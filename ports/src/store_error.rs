use std::error::Error;
use std::fmt;

/// A store failed in a way that no caller can handle. Its message is for the log and never reaches a client.
///
/// Every method of a port that returns a `StoreError`, a `Refusal` or an `AdminRefusal` can fail with it, so their
/// documentation does not repeat that; an `# Errors` section lists the other errors.
#[derive(Debug)]
pub struct StoreError {
    cause: Box<dyn Error + Send + Sync>,
    outage: bool,
}

impl StoreError {
    /// Wraps the cause.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), outage: false }
    }

    /// Wraps the cause of an [`Outage`](crate::outbound::Outage), which has already logged it.
    pub fn outage(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), outage: true }
    }

    /// Logs the failure of one call. An outage has its own log line, so its calls are logged at debug level only:
    /// a store that is away must not fill the log.
    pub fn log(&self, what: &str) {
        let error = self as &dyn Error;
        if self.outage {
            tracing::debug!(error, "{what}");
        } else {
            tracing::error!(error, "{what}");
        }
    }
}

/// Displays its cause.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}
