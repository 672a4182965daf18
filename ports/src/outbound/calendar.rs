use usher_domain::{Day, Timestamp};

/// Knows the days where the installation is.
pub trait Calendar: Send + Sync {
    /// The day that a moment is in.
    fn day(&self, at: Timestamp) -> Day;
}
