use std::str::FromStr;

use crate::{DeviceAttribute, DeviceAttributes, UnknownName};

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

/// What is counted by the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Visitors that were made.
    Visitors,
    /// Visitors that became registered users.
    Upgrades,
    /// People who came, each once a day.
    Active,
    /// Requests that were refused.
    Refused,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Visitors, Self::Upgrades, Self::Active, Self::Refused];

    /// The word that stores use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitors => "visitors",
            Self::Upgrades => "upgrades",
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

/// What one number counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// All of a day.
    Total(Measure),
    /// New visitors of a day whose device says this.
    Split(Dimension, String),
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
    fn a_device_is_counted_by_what_it_says() {
        let attributes = DeviceAttributes {
            os: Some(DeviceAttribute::from_store("iOS 18".to_owned())),
            ..DeviceAttributes::default()
        };
        assert_eq!(Dimension::ALL.map(|dimension| dimension.of(&attributes)), ["", "iOS 18", "", ""]);
    }
}
