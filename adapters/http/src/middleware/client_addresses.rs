use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use salvo::Request;
use usher_domain::ClientAddress;

/// Tells where a request comes from.
///
/// `X-Forwarded-For` is whatever the sender wrote plus what each proxy appended, so it is read from its end, and only
/// as far as the one who appended an entry is a proxy we were told to trust.
pub(crate) struct ClientAddresses {
    trusted: Vec<IpNet>,
}

impl ClientAddresses {
    pub(crate) const fn new(trusted: Vec<IpNet>) -> Self {
        Self { trusted }
    }

    pub(crate) fn of(&self, request: &Request) -> ClientAddress {
        let peer = request.remote_addr().ip().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let forwarded = request.headers().get_all("x-forwarded-for");
        let chain: Vec<&str> = forwarded.iter().filter_map(|value| value.to_str().ok()).collect();
        ClientAddress::new(self.origin(peer, &chain.join(",")))
    }

    /// Whether the client spoke TLS: so says a proxy that is believed.
    pub(crate) fn is_secure(&self, request: &Request) -> bool {
        let peer = request.remote_addr().ip().map(|peer| peer.to_canonical());
        let said = request.headers().get("x-forwarded-proto").map(salvo::http::HeaderValue::as_bytes);
        said == Some(b"https") && peer.is_some_and(|peer| self.trusts(peer))
    }

    fn origin(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut origin = peer.to_canonical();
        for hop in forwarded.rsplit(',').map(str::trim) {
            if !self.trusts(origin) {
                break;
            }
            let Ok(before) = hop.parse::<IpAddr>() else { break };
            origin = before.to_canonical();
        }
        origin
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(trusted: &[&str], peer: &str, forwarded: &str) -> String {
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        ClientAddresses::new(trusted).origin(peer.parse().unwrap(), forwarded).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(origin(&[], "192.0.2.1", "198.51.100.9"), "192.0.2.1");
        assert_eq!(origin(&["10.0.0.0/8"], "192.0.2.1", "198.51.100.9"), "192.0.2.1");
    }

    #[test]
    fn a_proxy_tells_who_called_it() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(origin(&proxies, "10.0.0.1", "198.51.100.9"), "198.51.100.9");
        assert_eq!(origin(&proxies, "10.0.0.1", "203.0.113.5, 198.51.100.9, 10.0.0.2"), "198.51.100.9");
        assert_eq!(origin(&proxies, "::ffff:10.0.0.1", "2001:db8::1"), "2001:db8::1");
        assert_eq!(origin(&proxies, "10.0.0.1", ""), "10.0.0.1");
        assert_eq!(origin(&proxies, "10.0.0.1", "203.0.113.5, nonsense"), "10.0.0.1");
    }
}
