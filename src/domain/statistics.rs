use std::str::FromStr;

use crate::{DeviceAttribute, DeviceAttributes, Timestamp, UnknownName};

/// A day where the installation is, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// So many days before.
    #[must_use]
    pub const fn minus(self, days: i64) -> Self {
        Self(self.0 - days)
    }
}

/// An hour, counted from 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub i64);

impl Hour {
    const MILLIS: i64 = 3_600_000;

    /// The hour that a time is in.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.as_millis().div_euclid(Self::MILLIS))
    }

    /// When it begins.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0 * Self::MILLIS)
    }

    /// So many hours before.
    #[must_use]
    pub const fn minus(self, hours: i64) -> Self {
        Self(self.0 - hours)
    }
}

/// What is counted by the day, and, except for active people, by the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Visitors that were made.
    Visitors,
    /// Visitors that became registered users.
    Upgrades,
    /// Log-ins with a password.
    LogIns,
    /// People who came, each once a day.
    Active,
    /// Requests that were refused.
    Refused,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Visitors, Self::Upgrades, Self::LogIns, Self::Active, Self::Refused];

    /// The word that stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitors => "visitors",
            Self::Upgrades => "upgrades",
            Self::LogIns => "log_ins",
            Self::Active => "active",
            Self::Refused => "refused",
        }
    }
}

impl FromStr for Measure {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == text).ok_or(UnknownName)
    }
}

/// What new visitors are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// What the client runs in.
    Platform,
    /// The operating system.
    Os,
    /// The maker of the device.
    Brand,
    /// The device's model.
    Model,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Platform, Self::Os, Self::Brand, Self::Model];

    /// The word that stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Os => "os",
            Self::Brand => "brand",
            Self::Model => "model",
        }
    }

    /// What a device says about it; empty if it says nothing.
    pub fn of(self, attributes: &DeviceAttributes) -> &str {
        let attribute = match self {
            Self::Platform => &attributes.platform,
            Self::Os => &attributes.os,
            Self::Brand => &attributes.brand,
            Self::Model => &attributes.model,
        };
        attribute.as_ref().map_or("", DeviceAttribute::as_str)
    }
}

/// Why a client's request was refused, as far as the dashboard tells reasons apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalReason {
    /// A signature that is missing, wrong, stale or used.
    Signature,
    /// A rate limit.
    RateLimit,
    /// A wrong password.
    Password,
    /// An account that is disabled, deleted or unknown.
    Account,
    /// A token that is missing, expired or not valid, or that of a visitor where a user is asked for.
    Token,
    /// A field or body that cannot be read, or a name that is taken.
    Input,
    /// Anything else, such as a path that does not exist.
    Other,
}

impl RefusalReason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Signature,
        Self::RateLimit,
        Self::Password,
        Self::Account,
        Self::Token,
        Self::Input,
        Self::Other,
    ];

    /// The word that stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::RateLimit => "rate_limit",
            Self::Password => "password",
            Self::Account => "account",
            Self::Token => "token",
            Self::Input => "input",
            Self::Other => "other",
        }
    }
}

/// What one number counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// All of a day.
    Total(Measure),
    /// New visitors of a day whose device says this.
    Split(Dimension, String),
    /// Requests of a day that were refused for this.
    Refused(RefusalReason),
}

/// How many accounts there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountTotals {
    /// All that are not deleted.
    pub accounts: u64,
    /// Those of them that are disabled or locked.
    pub disabled: u64,
    /// Those that are deleted and can be restored.
    pub deleted: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_as_they_are_written() {
        for measure in Measure::ALL {
            assert_eq!(measure.as_str().parse(), Ok(measure));
        }
    }

    #[test]
    fn an_hour_begins_at_its_start() {
        for (millis, hour, start) in
            [(0, 0, 0), (3_599_999, 0, 0), (3_600_000, 1, 3_600_000), (-1, -1, -3_600_000)]
        {
            let found = Hour::of(Timestamp::from_millis(millis));
            assert_eq!((found, found.start()), (Hour(hour), Timestamp::from_millis(start)), "{millis}");
        }
    }

    #[test]
    fn a_device_is_counted_by_what_it_says() {
        let attributes = DeviceAttributes {
            os: Some(DeviceAttribute::from_store("iOS 18".to_owned())),
            ..DeviceAttributes::default()
        };
        assert_eq!(Dimension::ALL.map(|dimension| dimension.of(&attributes)), ["", "iOS 18", "", ""]);
    }
}
