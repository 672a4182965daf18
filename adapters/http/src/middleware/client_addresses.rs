use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use salvo::Request;
use salvo::http::HeaderMap;
use usher_domain::ClientAddress;

use super::forwarded::{forwarded, forwarded_proto, x_forwarded_for};

/// In which header proxies say who called them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` where it is there, or else `Forwarded`.
    #[default]
    Auto,
    /// `X-Forwarded-For` alone.
    XForwardedFor,
    /// `Forwarded` alone.
    Forwarded,
}

/// Tells where a request comes from.
///
/// Either header is whatever the client wrote plus what each proxy appended, so it is read from its end, and only as
/// far as the one who appended an entry is a proxy we were told to trust. An entry that cannot be read ends it.
pub(crate) struct ClientAddresses {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl ClientAddresses {
    pub(crate) const fn new(trusted: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { trusted, header }
    }

    pub(crate) fn of(&self, request: &Request) -> ClientAddress {
        ClientAddress::new(self.origin(peer(request), request.headers()))
    }

    /// Whether the client spoke TLS: so says a proxy that is believed.
    pub(crate) fn is_secure(&self, request: &Request) -> bool {
        if self.trusted.is_empty() || !self.trusts(peer(request)) {
            return false;
        }
        let headers = request.headers();
        let said = headers.get_all("x-forwarded-proto").iter().next_back();
        let said =
            said.and_then(|line| line.as_bytes().rsplit(|byte| *byte == b',').next()).map(<[u8]>::trim_ascii);
        let proto = match self.header {
            ForwardedHeader::XForwardedFor => said,
            ForwardedHeader::Forwarded => forwarded_proto(headers),
            ForwardedHeader::Auto => said.or_else(|| forwarded_proto(headers)),
        };
        proto.is_some_and(|proto| proto.eq_ignore_ascii_case(b"https"))
    }

    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let forwarded_for = match self.header {
            ForwardedHeader::XForwardedFor => true,
            ForwardedHeader::Forwarded => false,
            ForwardedHeader::Auto => headers.contains_key("x-forwarded-for"),
        };
        if forwarded_for {
            self.follow(peer, x_forwarded_for(headers))
        } else {
            self.follow(peer, forwarded(headers))
        }
    }

    fn follow(&self, peer: IpAddr, hops: impl Iterator<Item = Option<IpAddr>>) -> IpAddr {
        let mut origin = peer;
        for hop in hops {
            let Some(before) = hop else { break };
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

fn peer(request: &Request) -> IpAddr {
    request.remote_addr().ip().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.to_canonical())
}

#[cfg(test)]
mod tests;
