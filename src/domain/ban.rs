//! When a ban ends.

use std::time::Duration;

use crate::Timestamp;

/// The end of a ban, as an administrator asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BanEnd {
    /// It lasts until an administrator lifts it.
    #[default]
    Never,
    /// At this time.
    At(Timestamp),
    /// This long from now.
    After(Duration),
}

/// The ban would be over before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the end of the ban is in the past")]
pub struct EndPassed;

impl BanEnd {
    /// The time at which a ban that begins now ends, if ever.
    ///
    /// # Errors
    /// When that time is not in the future.
    pub fn resolve(self, now: Timestamp) -> Result<Option<Timestamp>, EndPassed> {
        let end = match self {
            Self::Never => return Ok(None),
            Self::At(end) => end,
            Self::After(term) => now.plus(term),
        };
        if end > now { Ok(Some(end)) } else { Err(EndPassed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_ends_in_the_future_or_never() {
        let at = Timestamp::from_millis;
        assert_eq!(BanEnd::Never.resolve(at(5)), Ok(None));
        assert_eq!(BanEnd::At(at(6)).resolve(at(5)), Ok(Some(at(6))));
        assert_eq!(BanEnd::After(Duration::from_millis(3)).resolve(at(5)), Ok(Some(at(8))));
        for passed in [BanEnd::At(at(5)), BanEnd::At(at(4)), BanEnd::After(Duration::ZERO)] {
            assert_eq!(passed.resolve(at(5)), Err(EndPassed), "{passed:?}");
        }
    }
}
