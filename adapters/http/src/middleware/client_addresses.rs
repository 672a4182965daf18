use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use salvo::Request;
use salvo::http::HeaderMap;
use salvo::http::header::{FORWARDED, HeaderName};
use usher_domain::ClientAddress;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Tells where a request comes from.
///
/// `X-Forwarded-For` is whatever the sender wrote plus what each proxy appended, so it is read from its end, and only
/// as far as the one who appended an entry is a proxy we were told to trust. Nothing to the left of that is looked at,
/// so nothing there can spoil it. `Forwarded` (RFC 7239) is read the same way where there is no `X-Forwarded-For`: a
/// proxy appends to one of the two and passes the other on as the sender wrote it, and it is the first that nearly all
/// proxies append to.
pub(crate) struct ClientAddresses {
    trusted: Vec<IpNet>,
}

impl ClientAddresses {
    pub(crate) const fn new(trusted: Vec<IpNet>) -> Self {
        Self { trusted }
    }

    pub(crate) fn of(&self, request: &Request) -> ClientAddress {
        let peer = request.remote_addr().ip().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        ClientAddress::new(self.origin(peer, request.headers()))
    }

    /// Whether the client spoke TLS: so says a proxy that is believed.
    pub(crate) fn is_secure(&self, request: &Request) -> bool {
        let peer = request.remote_addr().ip().map(|peer| peer.to_canonical());
        let said = request.headers().get("x-forwarded-proto").map(salvo::http::HeaderValue::as_bytes);
        said == Some(b"https") && peer.is_some_and(|peer| self.trusts(peer))
    }

    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut origin = peer.to_canonical();
        if !self.trusts(origin) {
            return origin;
        }
        let usual = headers.contains_key(X_FORWARDED_FOR);
        let name = if usual { X_FORWARDED_FOR } else { FORWARDED };
        let lines = headers.get_all(name).iter().map(salvo::http::HeaderValue::as_bytes);
        for hop in lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
            let hop = hop.trim_ascii();
            let Some(before) = (if usual { node(hop) } else { element(hop) }) else { break };
            origin = before.to_canonical();
            if !self.trusts(origin) {
                break;
            }
        }
        origin
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// The address of a node: `203.0.113.7`, `2001:db8::1`, `[2001:db8::1]`, the bracketed and the IPv4 form also with a
/// port. None where it is something else, such as `unknown` or an obfuscated identifier.
fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(unquoted(text)).ok()?;
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(with_port) = text.parse::<SocketAddr>() {
        return Some(with_port.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// The node that `for` names in an element of `Forwarded`, such as `for="[2001:db8::1]:443";proto=https`.
fn element(text: &[u8]) -> Option<IpAddr> {
    text.split(|byte| *byte == b';').find_map(|pair| {
        let pair = pair.trim_ascii();
        let (name, value) = pair.split_at(pair.iter().position(|byte| *byte == b'=')?);
        name.eq_ignore_ascii_case(b"for").then(|| node(&value[1..]))?
    })
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use salvo::http::HeaderValue;

    use super::*;

    fn origin(trusted: &[&str], peer: &str, headers: &[(HeaderName, &[u8])]) -> String {
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        ClientAddresses::new(trusted).origin(peer.parse().unwrap(), &map).to_string()
    }

    fn forwarded_for(trusted: &[&str], peer: &str, value: &str) -> String {
        origin(trusted, peer, &[(X_FORWARDED_FOR, value.as_bytes())])
    }

    const PROXIES: [&str; 1] = ["10.0.0.0/8"];

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(forwarded_for(&[], "192.0.2.1", "198.51.100.9"), "192.0.2.1");
        assert_eq!(forwarded_for(&PROXIES, "192.0.2.1", "198.51.100.9"), "192.0.2.1");
    }

    #[test]
    fn a_proxy_tells_who_called_it() {
        assert_eq!(forwarded_for(&PROXIES, "10.0.0.1", "198.51.100.9"), "198.51.100.9");
        assert_eq!(
            forwarded_for(&PROXIES, "10.0.0.1", "203.0.113.5, 198.51.100.9, 10.0.0.2"),
            "198.51.100.9"
        );
        assert_eq!(forwarded_for(&PROXIES, "::ffff:10.0.0.1", "2001:db8::1"), "2001:db8::1");
        assert_eq!(forwarded_for(&PROXIES, "10.0.0.1", ""), "10.0.0.1");
        assert_eq!(forwarded_for(&PROXIES, "10.0.0.1", "203.0.113.5, nonsense"), "10.0.0.1");
    }

    #[test]
    fn ports_and_brackets_are_read() {
        for hop in ["203.0.113.7:55012", "\"203.0.113.7:55012\"", " 203.0.113.7"] {
            assert_eq!(forwarded_for(&PROXIES, "10.0.0.1", hop), "203.0.113.7", "{hop}");
        }
        for hop in ["[2001:db8::1]:443", "[2001:db8::1]", "\"[2001:db8::1]:443\"", "2001:db8::1"] {
            assert_eq!(forwarded_for(&PROXIES, "10.0.0.1", hop), "2001:db8::1", "{hop}");
        }
    }

    #[test]
    fn what_the_sender_wrote_spoils_nothing() {
        let lines: [&[u8]; 3] = [b"\xff, 203.0.113.7", b"\xff\xfe,,;\",203.0.113.7", b"\"a, 203.0.113.7"];
        for line in lines {
            assert_eq!(origin(&PROXIES, "10.0.0.1", &[(X_FORWARDED_FOR, line)]), "203.0.113.7");
        }
        let two: [(HeaderName, &[u8]); 2] =
            [(X_FORWARDED_FOR, b"\xff"), (X_FORWARDED_FOR, b"203.0.113.7, 10.0.0.3")];
        assert_eq!(origin(&PROXIES, "10.0.0.1", &two), "203.0.113.7");
    }

    #[test]
    fn the_standard_header_is_read_where_the_usual_one_is_not_there() {
        let said = |value: &str| origin(&PROXIES, "10.0.0.1", &[(FORWARDED, value.as_bytes())]);
        assert_eq!(said("for=192.0.2.43, for=198.51.100.17;by=10.0.0.9;proto=http"), "198.51.100.17");
        assert_eq!(said("proto=https;For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
        assert_eq!(said("for=192.0.2.43, for=_hidden"), "10.0.0.1");
        assert_eq!(said("for=192.0.2.43, for=unknown"), "10.0.0.1");
        assert_eq!(said("by=192.0.2.43"), "10.0.0.1");
        let both: [(HeaderName, &[u8]); 2] =
            [(FORWARDED, b"for=192.0.2.1"), (X_FORWARDED_FOR, b"198.51.100.9")];
        assert_eq!(origin(&PROXIES, "10.0.0.1", &both), "198.51.100.9");
    }

    proptest::proptest! {
        /// Whatever a sender wrote before what the trusted proxy appended, the answer is the same.
        #[test]
        fn nothing_left_of_the_first_stranger_matters(before in proptest::collection::vec(32u8..=255, 0..64)) {
            let before: Vec<u8> = before.into_iter().filter(|byte| *byte != 127).collect();
            for (name, appended) in [(X_FORWARDED_FOR, "203.0.113.7, 10.0.0.2"), (FORWARDED, "for=203.0.113.7")] {
                let line = [&before[..], b",", appended.as_bytes()].concat();
                proptest::prop_assert_eq!(origin(&PROXIES, "10.0.0.1", &[(name, &line)]), "203.0.113.7");
            }
        }

        #[test]
        fn a_hop_is_an_address_or_nothing(hop in proptest::collection::vec(0u8..=255, 0..48)) {
            let _ = (node(&hop), element(&hop));
        }
    }
}
