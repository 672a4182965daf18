use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a call came from, as far as the configured proxies can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address in its plain form: an IPv4 address that arrived mapped into IPv6 is IPv4.
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address itself.
    pub const fn ip(self) -> IpAddr {
        self.0
    }

    /// What one subscriber holds: an IPv4 address, or an IPv6 /64 (RFC 6177 gives every site at least that much,
    /// so counting single IPv6 addresses would count nothing).
    pub fn network(self) -> Network {
        self.cut(32, 64)
    }

    /// What one site or one pool of a provider holds: an IPv4 /24, or an IPv6 /56.
    pub fn wider_network(self) -> Network {
        self.cut(24, 56)
    }

    /// The most that is given to one customer as a matter of course: an IPv4 /24, or an IPv6 /48 (RFC 6177).
    pub fn widest_network(self) -> Network {
        self.cut(24, 48)
    }

    /// The IPv6 /48, where it is an IPv6 address.
    pub fn site(self) -> Option<Network> {
        self.0.is_ipv6().then(|| self.widest_network())
    }

    fn cut(self, v4: u8, v6: u8) -> Network {
        match self.0 {
            IpAddr::V4(address) => {
                let mask = u32::MAX << (32 - v4);
                Network { prefix: Ipv4Addr::from(u32::from(address) & mask).into(), length: v4 }
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX << (128 - v6);
                Network { prefix: Ipv6Addr::from(u128::from(address) & mask).into(), length: v6 }
            }
        }
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A part of the Internet that shares one quota; see [`ClientAddress::network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    prefix: IpAddr,
    length: u8,
}

impl Network {
    /// The widest network that this one is a part of.
    #[must_use]
    pub fn widest(self) -> Self {
        ClientAddress(self.prefix).widest_network()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.prefix, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> String {
        ClientAddress::new(text.parse().unwrap()).network().to_string()
    }

    #[test]
    fn an_ipv6_site_is_one_network() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn a_mapped_address_is_the_ipv4_address() {
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7/32");
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }

    #[test]
    fn networks_lie_within_each_other() {
        let v6 = ClientAddress::new("2001:db8:1:2ff:3:4:5:6".parse().unwrap());
        let all = [v6.network(), v6.wider_network(), v6.widest_network()].map(|network| network.to_string());
        assert_eq!(all, ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]);
        let v4 = ClientAddress::new("198.51.100.77".parse().unwrap());
        let all = [v4.network(), v4.wider_network(), v4.widest_network()].map(|network| network.to_string());
        assert_eq!(all, ["198.51.100.77/32", "198.51.100.0/24", "198.51.100.0/24"]);
        assert_eq!((v6.site(), v4.site()), (Some(v6.widest_network()), None));
        for address in [v4, v6] {
            let parts = [address.network(), address.wider_network(), address.widest_network()];
            assert!(parts.iter().all(|part| part.widest() == address.widest_network()));
        }
    }
}
