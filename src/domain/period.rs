use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A span of time as people write it: `90s`, `1h`, `30d`. From a millisecond to ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(Duration);

/// A span that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span of time is written like 90s (units ms, s, m, h, d)")]
pub struct InvalidPeriod;

/// Names of units, and their lengths in milliseconds.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

const LONGEST: u64 = 3_660 * 86_400_000;

impl Period {
    /// The span itself.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &text[..text.len() - unit.len()];
        let size = UNITS.iter().find(|(name, _)| *name == unit).ok_or(InvalidPeriod)?.1;
        let number: u64 = if number.is_empty() { 1 } else { number.parse().map_err(|_| InvalidPeriod)? };
        let millis = number.checked_mul(size).filter(|millis| (1..=LONGEST).contains(millis));
        millis.map(Duration::from_millis).map(Self).ok_or(InvalidPeriod)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let exact = UNITS.iter().rev().find(|(_, size)| millis.is_multiple_of(u128::from(*size)));
        let (name, size) = exact.unwrap_or(&UNITS[0]);
        write!(f, "{}{name}", millis / u128::from(*size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_and_read_alike() {
        for text in ["1h", "90s", "1d", "250ms", "30d", "5m"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("h".parse::<Period>().unwrap().to_string(), "1h");
        for bad in ["", "1", "0s", "-1s", "1y", "1 s", "s1", "99999d", "99999999999999999999s", "１s"] {
            assert_eq!(bad.parse::<Period>(), Err(InvalidPeriod), "{bad}");
        }
    }
}
