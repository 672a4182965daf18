use std::time::Duration;

/// A point in time, in milliseconds since the Unix epoch.
///
/// One integer of one meaning in every store and protocol. Time zones exist only where a person reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The timestamp `millis` milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This timestamp and `span` later; the far end of time instead of an overflow.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// This timestamp and `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_and_subtracts_without_overflow() {
        let noon = Timestamp::from_millis(1_000);
        assert_eq!(noon.plus(Duration::from_secs(2)).as_millis(), 3_000);
        assert_eq!(noon.since(noon.plus(Duration::from_secs(2))), Duration::ZERO);
        assert_eq!(noon.plus(Duration::MAX), Timestamp::from_millis(i64::MAX));
    }
}
