use std::fmt;
use std::ops::RangeInclusive;

use crate::Timestamp;

/// The id under which a device introduces itself: 36 letters, digits, underscores or hyphens.
///
/// A client that knows it can resume the visitor on it, so it is printed shortened.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceId(String);

/// Not 36 letters, digits, underscores or hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a device id consists of 36 letters, digits, underscores or hyphens")]
pub struct InvalidDevice;

impl DeviceId {
    /// The id a device sent.
    ///
    /// # Errors
    /// When it has another length or another character.
    pub fn parse(text: &str) -> Result<Self, InvalidDevice> {
        if text.len() != 36 || !Self::may_begin_with(text) {
            return Err(InvalidDevice);
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a device id can begin with this.
    pub(crate) fn may_begin_with(text: &str) -> bool {
        text.len() <= 36 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight characters.
    pub(crate) fn prefix(&self) -> &str {
        &self.0[..8]
    }

    /// What may be shown to those who must not be able to resume the visitor.
    pub fn short(&self) -> ShortDeviceId {
        ShortDeviceId::of(self.prefix())
    }
}

/// The first eight characters of a [`DeviceId`]: enough to tell devices apart, too little to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortDeviceId(String);

impl ShortDeviceId {
    pub(crate) fn of(prefix: &str) -> Self {
        Self(format!("{prefix}…"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({}..)", self.prefix())
    }
}

/// An attribute that a device reports, at most 50 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAttribute(String);

impl DeviceAttribute {
    /// The attribute, or nothing where the text is not within `length`: what a device says of itself is worth having and
    /// never a reason to refuse a client, so the old backend used its default, too.
    pub fn parse(text: &str, length: RangeInclusive<usize>) -> Option<Self> {
        let fits = length.contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// An attribute read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The attributes that a device reports. `None` means not reported: the known value is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceAttributes {
    /// What the client runs in: `h5`, `mp-weixin`, `app`.
    pub platform: Option<DeviceAttribute>,
    /// The model's name.
    pub model: Option<DeviceAttribute>,
    /// The operating system.
    pub os: Option<DeviceAttribute>,
    /// The maker.
    pub brand: Option<DeviceAttribute>,
}

impl DeviceAttributes {
    /// Length of the platform's name, in characters.
    pub const PLATFORM: RangeInclusive<usize> = 2..=50;
    /// Length of the other attributes, in characters.
    pub const OTHER: RangeInclusive<usize> = 1..=50;

    /// These attributes, and what was known before where these say nothing.
    #[must_use]
    pub fn or(self, known: Self) -> Self {
        Self {
            platform: self.platform.or(known.platform),
            model: self.model.or(known.model),
            os: self.os.or(known.os),
            brand: self.brand.or(known.brand),
        }
    }
}

/// A device that an account is reached from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What is known about it.
    pub attributes: DeviceAttributes,
}

/// A device, and when it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenDevice {
    /// Which.
    pub device: Device,
    /// When it first came.
    pub first_seen: Timestamp,
    /// When it came last.
    pub last_seen: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_exactly_36_known_characters() {
        assert!(DeviceId::parse("8d1a344c-bf16-5425-adbc-d12f49cfa332").is_ok());
        assert!(DeviceId::parse(&"_".repeat(36)).is_ok());
        for bad in ["", &"a".repeat(35), &"a".repeat(37), &"é".repeat(18), &format!("{} ", "a".repeat(35))] {
            assert_eq!(DeviceId::parse(bad), Err(InvalidDevice), "{bad}");
        }
    }

    #[test]
    fn is_printed_shortened() {
        let id = DeviceId::parse("8d1a344c-bf16-5425-adbc-d12f49cfa332").unwrap();
        assert_eq!(format!("{id:?}"), "DeviceId(8d1a344c..)");
        assert_eq!(id.short().as_str(), "8d1a344c…");
    }

    #[test]
    fn silence_keeps_what_is_known() {
        let attribute = |text| DeviceAttribute::parse(text, DeviceAttributes::OTHER);
        let known = DeviceAttributes {
            os: attribute("iOS 17"),
            brand: attribute("Apple"),
            ..DeviceAttributes::default()
        };
        let said =
            DeviceAttributes { os: attribute("iOS 18"), brand: attribute(""), ..DeviceAttributes::default() };
        let now = said.or(known);
        assert_eq!((now.os, now.brand, now.model), (attribute("iOS 18"), attribute("Apple"), None));
    }
}
