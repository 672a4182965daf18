use usher_domain::{Day, Timestamp};

/// Knows the days where the installation is.
///
/// - Days must be counted from the first of January 1970.
/// - Each must follow the one before, without a gap.
/// - Every time must have a day. One that is on no calendar is on the first.
pub trait Calendar: Send + Sync {
    /// The day that a time is on.
    fn day(&self, at: Timestamp) -> Day;
}
