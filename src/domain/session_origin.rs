use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use crate::{DeviceAttribute, DeviceId, ShortDeviceId};

/// What a session knows of the device that opened it: the eight characters that are shown, and a digest that tells devices
/// with the same beginning apart. It is no device id, so what reads the session store cannot resume a visitor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceTag(String);

impl DeviceTag {
    /// Bytes of the digest: enough to tell the devices of an account apart.
    const DIGEST: usize = 8;

    /// The tag of a device. Each device has one tag, for good.
    pub fn of(device: &DeviceId) -> Self {
        let digest = Sha256::digest(device.as_str());
        Self(format!("{}.{}", device.prefix(), hex::encode(&digest[..Self::DIGEST])))
    }

    /// A tag read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// A tag as [`Self::as_str`] writes it; none if the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (short, digest) = text.split_once('.')?;
        let known = short.len() == 8
            && short.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && digest.len() == 2 * Self::DIGEST
            && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        known.then(|| Self(text.to_owned()))
    }

    /// What a store keeps: 25 characters without white space.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What administrators see of the device.
    pub fn short(&self) -> ShortDeviceId {
        ShortDeviceId::of(self.0.split('.').next().unwrap_or_default())
    }
}

/// Where a session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOrigin {
    /// The address.
    pub from: IpAddr,
    /// The device, where the client introduced itself by one.
    pub device: Option<DeviceTag>,
    /// What the client ran in, where it is known.
    pub platform: Option<DeviceAttribute>,
}

impl SessionOrigin {
    /// A client on this device.
    pub fn on(device: &DeviceId, platform: Option<DeviceAttribute>, from: IpAddr) -> Self {
        Self { from, device: Some(DeviceTag::of(device)), platform }
    }

    /// A client that did not introduce its device.
    pub const fn unknown_device(from: IpAddr) -> Self {
        Self { from, device: None, platform: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_tells_devices_apart_and_is_no_device_id() {
        let tag = |text| DeviceTag::of(&DeviceId::parse(text).unwrap());
        let (one, other) =
            (tag("8d1a344c-bf16-5425-adbc-d12f49cfa332"), tag("8d1a344c-bf16-5425-adbc-d12f49cfa333"));
        assert_ne!(one, other);
        assert_eq!((one.short(), one.as_str().len()), (other.short(), 25));
        assert_eq!(one.short().as_str(), "8d1a344c…");
        assert!(DeviceId::parse(one.as_str()).is_err());
    }
}
