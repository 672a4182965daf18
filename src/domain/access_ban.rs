//! Bans of devices, addresses and networks: who cannot get an account or a session, whatever the account.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::{AuditAction, AuditContext, AuditRecord, Change, DeviceId, DeviceTag, Reason, Timestamp};

/// What is banned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BanTarget {
    /// A device. Its tag is no device id, so what reads the bans cannot resume a visitor.
    Device(DeviceTag),
    /// A network; an address is the network that holds only it.
    Network(IpNet),
}

/// The text names neither a device nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBanTarget {
    /// It is none of them.
    #[error("no device id, address or network in CIDR notation")]
    Unknown,
    /// The network holds more than a provider.
    #[error("the network is wider than /8 (IPv4) or /19 (IPv6)")]
    TooWide,
}

/// The widest networks that can be banned: regional registries allocate no wider ones to a provider as a rule, and a typing
/// mistake such as `/0` would shut everybody out.
const WIDEST: (u8, u8) = (8, 19);

impl BanTarget {
    /// A device.
    pub fn device(device: &DeviceId) -> Self {
        Self::Device(DeviceTag::of(device))
    }

    /// A device by its id or its tag, an address, or a network (RFC 4632). IPv4 addresses that are mapped into IPv6 are
    /// IPv4; of a network the host's part does not count.
    ///
    /// # Errors
    /// When the text is none of these, or the network is too wide.
    pub fn parse(text: &str) -> Result<Self, InvalidBanTarget> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.to_canonical().into()));
        }
        if let Ok(network) = text.parse::<IpNet>() {
            return Self::network(network);
        }
        if let Ok(device) = DeviceId::parse(text) {
            return Ok(Self::device(&device));
        }
        DeviceTag::parse(text).map(Self::Device).ok_or(InvalidBanTarget::Unknown)
    }

    fn network(network: IpNet) -> Result<Self, InvalidBanTarget> {
        let network = match (network, network.addr().to_canonical()) {
            (IpNet::V6(mapped), address @ IpAddr::V4(_)) => {
                let length = mapped.prefix_len().checked_sub(96).ok_or(InvalidBanTarget::TooWide)?;
                IpNet::new(address, length).map_err(|_| InvalidBanTarget::Unknown)?
            }
            (network, _) => network,
        };
        let widest = if network.addr().is_ipv4() { WIDEST.0 } else { WIDEST.1 };
        if network.prefix_len() < widest {
            return Err(InvalidBanTarget::TooWide);
        }
        Ok(Self::Network(network.trunc()))
    }

    /// A target read back from a store; none if it is none.
    pub fn from_store(text: &str) -> Option<Self> {
        match text.parse::<IpNet>() {
            Ok(network) => Some(Self::Network(network)),
            Err(_) => DeviceTag::parse(text).map(Self::Device),
        }
    }

    /// What a store keeps: a device's tag, or a network in CIDR notation. It is unique.
    pub fn key(&self) -> String {
        match self {
            Self::Device(tag) => tag.as_str().to_owned(),
            Self::Network(network) => network.to_string(),
        }
    }

    /// Whether a call from this address is banned by it.
    pub fn holds(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(&address.to_canonical()))
    }
}

impl fmt::Display for BanTarget {
    /// As administrators see it: of a device the first eight characters, of a network with one address that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(tag) => f.write_str(tag.short().as_str()),
            Self::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                network.addr().fmt(f)
            }
            Self::Network(network) => network.fmt(f),
        }
    }
}

/// The number of a ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessBanId(pub i64);

/// A ban of a device, an address or a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessBan {
    /// Its number: later bans have higher ones.
    pub id: AccessBanId,
    /// Whom.
    pub target: BanTarget,
    /// Why.
    pub reason: Reason,
    /// When it ends, if ever.
    pub until: Option<Timestamp>,
    /// Which administrator, as the audit log calls them.
    pub by: String,
    /// When it began.
    pub at: Timestamp,
}

impl AccessBan {
    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// The entry of the audit log about an action on it.
    pub fn record(&self, action: AuditAction, context: &AuditContext) -> AuditRecord {
        let until = self.until.map_or_else(String::new, |until| until.as_millis().to_string());
        let until = match action {
            AuditAction::AccessBanLifted => Change::of("disabled-until", until, ""),
            _ => Change::of("disabled-until", "", until),
        };
        AuditRecord {
            changes: until.into_iter().collect(),
            ..context.record(action, &self.target.to_string())
        }
    }
}

/// The bans of an installation, to be asked for each visitor, registration and login.
#[derive(Clone, Debug, Default)]
pub struct BanSet {
    /// When the ban of a device ends, if ever.
    devices: HashMap<DeviceTag, Option<Timestamp>>,
    networks: HashMap<IpNet, Option<Timestamp>>,
    /// The lengths of the prefixes among them.
    lengths: BTreeSet<u8>,
}

impl BanSet {
    /// A set of these.
    pub fn of(bans: impl IntoIterator<Item = AccessBan>) -> Self {
        let mut set = Self::default();
        for ban in bans {
            match ban.target {
                BanTarget::Device(tag) => drop(set.devices.insert(tag, ban.until)),
                BanTarget::Network(network) => {
                    set.lengths.insert(network.prefix_len());
                    set.networks.insert(network, ban.until);
                }
            }
        }
        set
    }

    /// Whether a call is banned: one hash for the device, and one look-up for each length of a prefix.
    pub fn bans(&self, device: Option<&DeviceId>, from: IpAddr, now: Timestamp) -> bool {
        let lasts = |until: &Option<Timestamp>| until.is_none_or(|until| until > now);
        let device = device.filter(|_| !self.devices.is_empty()).map(DeviceTag::of);
        if device.is_some_and(|tag| self.devices.get(&tag).is_some_and(lasts)) {
            return true;
        }
        let address = from.to_canonical();
        let networks = self.lengths.iter().filter_map(|length| IpNet::new(address, *length).ok());
        networks.map(|network| network.trunc()).any(|network| self.networks.get(&network).is_some_and(lasts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: &str = "8d1a344c-bf16-5425-adbc-d12f49cfa332";

    fn ban(target: &str, until: Option<i64>) -> AccessBan {
        AccessBan {
            id: AccessBanId(1),
            target: BanTarget::parse(target).unwrap(),
            reason: Reason::default(),
            until: until.map(Timestamp::from_millis),
            by: String::new(),
            at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_target_is_an_address_a_network_or_a_device() {
        for (text, key, shown) in [
            ("192.0.2.7", "192.0.2.7/32", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.7"),
            ("::ffff:192.0.2.7/120", "192.0.2.0/24", "192.0.2.0/24"),
            ("192.0.2.7/24", "192.0.2.0/24", "192.0.2.0/24"),
            ("2001:db8::7", "2001:db8::7/128", "2001:db8::7"),
            ("2001:DB8::7/64", "2001:db8::/64", "2001:db8::/64"),
        ] {
            let target = BanTarget::parse(text).unwrap();
            assert_eq!((target.key().as_str(), target.to_string().as_str()), (key, shown), "{text}");
            assert_eq!(BanTarget::from_store(&target.key()), Some(target));
        }
        let device = BanTarget::parse(DEVICE).unwrap();
        assert_eq!(device.to_string(), "8d1a344c…");
        assert!(!device.key().contains("bf16"));
        assert_eq!(BanTarget::parse(&device.key()), Ok(device.clone()));
        assert_eq!(BanTarget::from_store(&device.key()), Some(device));
        for text in ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3", "::ffff:0.0.0.0/96", "::ffff:1.2.3.4/90"]
        {
            assert_eq!(BanTarget::parse(text), Err(InvalidBanTarget::TooWide), "{text}");
        }
        for text in ["", "alice", "192.0.2.256", "192.0.2.0/33", "8d1a344c.", "8d1a344c.zz"] {
            assert_eq!(BanTarget::parse(text), Err(InvalidBanTarget::Unknown), "{text}");
        }
    }

    #[test]
    fn a_set_bans_what_lies_in_it_until_it_ends() {
        let set = BanSet::of([
            ban("192.0.2.0/24", None),
            ban("198.51.100.7", Some(10)),
            ban("2001:db8::/32", None),
            ban(DEVICE, Some(10)),
        ]);
        let device = DeviceId::parse(DEVICE).unwrap();
        let other = DeviceId::parse("8d1a344c-bf16-5425-adbc-d12f49cfa333").unwrap();
        let bans = |device: Option<&DeviceId>, from: &str, now: i64| {
            set.bans(device, from.parse().unwrap(), Timestamp::from_millis(now))
        };
        for address in ["192.0.2.1", "::ffff:192.0.2.255", "198.51.100.7", "2001:db8:1::1"] {
            assert!(bans(None, address, 9), "{address}");
        }
        for address in ["192.0.3.1", "198.51.100.8", "2001:db9::1", "::1"] {
            assert!(!bans(Some(&other), address, 9), "{address}");
        }
        assert!(!bans(None, "198.51.100.7", 10) && bans(None, "192.0.2.1", 1_000_000));
        assert!(bans(Some(&device), "::1", 9) && !bans(Some(&device), "::1", 10));
        assert!(!BanSet::default().bans(
            Some(&device),
            "192.0.2.1".parse().unwrap(),
            Timestamp::from_millis(0)
        ));
    }
}
