use std::fmt;

use uuid::Uuid;

/// Which installation a database or a store of pictures belongs to: drawn once, when the database is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallationId(Uuid);

impl InstallationId {
    /// From a uuid that no other installation has.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The id that stands in a file, if one does.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self)
    }

    /// The uuid.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for InstallationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many a sweep may delete in any case.
const ALWAYS: u64 = 20;

/// Which part of all it may delete, as one in so many.
const SHARE: u64 = 10;

/// Whether a sweep would delete more than is plausible: more than 20 and more than a tenth. A wrong clock or an empty
/// database makes everything look useless, so a person has to confirm such a sweep.
pub fn sweeps_too_much(due: u64, of: u64) -> bool {
    due > ALWAYS.max(of / SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_takes_a_few_or_a_tenth() {
        for (due, of, too_much) in [
            (0, 0, false),
            (20, 20, false),
            (21, 21, true),
            (21, 209, true),
            (21, 210, false),
            (100, 1_000, false),
            (101, 1_000, true),
            (u64::MAX, u64::MAX, true),
        ] {
            assert_eq!(sweeps_too_much(due, of), too_much, "{due} of {of}");
        }
    }

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = InstallationId::new(Uuid::from_u128(0x1234));
        assert_eq!(InstallationId::parse(&format!("{id}\n")), Some(id));
        assert_eq!(InstallationId::parse(""), None);
    }
}
