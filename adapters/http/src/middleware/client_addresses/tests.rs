use proptest::prelude::*;
use salvo::http::{HeaderName, HeaderValue};

use super::*;

const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";

fn addresses(trusted: &[&str], header: ForwardedHeader) -> ClientAddresses {
    ClientAddresses::new(trusted.iter().map(|network| network.parse().unwrap()).collect(), header)
}

fn headers(lines: &[(&'static str, &[u8])]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap()))
        .collect()
}

fn by(header: ForwardedHeader, trusted: &[&str], peer: &str, lines: &[(&'static str, &[u8])]) -> String {
    let peer: IpAddr = peer.parse().unwrap();
    addresses(trusted, header).origin(peer.to_canonical(), &headers(lines)).to_string()
}

fn origin(trusted: &[&str], peer: &str, value: &[u8]) -> String {
    by(ForwardedHeader::Auto, trusted, peer, &[(X_FORWARDED_FOR, value)])
}

#[test]
fn a_stranger_cannot_choose_an_address() {
    assert_eq!(origin(&[], "192.0.2.1", b"198.51.100.9"), "192.0.2.1");
    assert_eq!(origin(&["10.0.0.0/8"], "192.0.2.1", b"198.51.100.9"), "192.0.2.1");
    let lines: [(_, &[u8]); 1] = [(FORWARDED, b"for=198.51.100.9")];
    assert_eq!(by(ForwardedHeader::Auto, &["10.0.0.0/8"], "192.0.2.1", &lines), "192.0.2.1");
}

#[test]
fn a_proxy_tells_who_called_it() {
    let proxies = ["10.0.0.0/8"];
    for (value, expected) in [
        ("198.51.100.9", "198.51.100.9"),
        ("203.0.113.5, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("203.0.113.7:55012", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("\"[2001:db8::1]:443\"", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, ", "203.0.113.7"),
        ("203.0.113.7,10.0.0.3:1,,\t10.0.0.2", "203.0.113.7"),
        ("", "10.0.0.1"),
        ("203.0.113.5, nonsense", "10.0.0.1"),
        ("203.0.113.5, nonsense, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.7:", "10.0.0.1"),
        ("203.0.113.7:123456", "10.0.0.1"),
        ("[203.0.113.7]", "10.0.0.1"),
        ("[2001:db8::1]443", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
    ] {
        assert_eq!(origin(&proxies, "10.0.0.1", value.as_bytes()), expected, "{value}");
    }
    assert_eq!(origin(&proxies, "::ffff:10.0.0.1", b"2001:db8::1"), "2001:db8::1");
    assert_eq!(origin(&proxies, "10.0.0.1", b"\xff, 203.0.113.7"), "203.0.113.7");
    assert_eq!(origin(&proxies, "10.0.0.1", b"203.0.113.7, \xff"), "10.0.0.1");
    let lines: [(_, &[u8]); 2] = [(X_FORWARDED_FOR, b"1.1.1.1"), (X_FORWARDED_FOR, b"203.0.113.7")];
    assert_eq!(by(ForwardedHeader::Auto, &proxies, "10.0.0.1", &lines), "203.0.113.7");
}

#[test]
fn it_may_say_so_as_rfc_7239_has_it() {
    for (value, expected) in [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=\"203.0.113.7:47011\"", "203.0.113.7"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ("for=1.1.1.1, for=198.51.100.17;by=10.0.0.1", "198.51.100.17"),
        ("for=198.51.100.17, for=10.0.0.2", "198.51.100.17"),
        ("for=203.0.113.7:_port", "203.0.113.7"),
        ("for=_hidden", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
        ("for=1.1.1.1, for=_hidden", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        ("for=1.1.1.1;for=2.2.2.2", "10.0.0.1"),
        // What a client puts into a part that the proxy quotes stays in there.
        ("for=203.0.113.7;host=\"a, for=1.1.1.1\"", "203.0.113.7"),
        ("for=203.0.113.7;host=\"a\\\", for=1.1.1.1\"", "203.0.113.7"),
        ("for=203.0.113.7;host=\"a;for=1.1.1.1\"", "203.0.113.7"),
        ("for=203.0.113.7;host=\"a\\\\\";proto=http", "203.0.113.7"),
        // And what it writes before the proxy's part does not reach into it.
        ("for=\"1.1.1.1, for=203.0.113.7", "203.0.113.7"),
        ("\\\", for=203.0.113.7;host=\"a\"", "203.0.113.7"),
    ] {
        let lines = [(FORWARDED, value.as_bytes())];
        for header in [ForwardedHeader::Auto, ForwardedHeader::Forwarded] {
            assert_eq!(by(header, &["10.0.0.0/8"], "10.0.0.1", &lines), expected, "{value}");
        }
        assert_eq!(by(ForwardedHeader::XForwardedFor, &["10.0.0.0/8"], "10.0.0.1", &lines), "10.0.0.1");
    }
}

#[test]
fn of_two_headers_one_counts() {
    let both: [(_, &[u8]); 2] = [(X_FORWARDED_FOR, b"203.0.113.7"), (FORWARDED, b"for=198.51.100.9")];
    for (header, expected) in [
        (ForwardedHeader::Auto, "203.0.113.7"),
        (ForwardedHeader::XForwardedFor, "203.0.113.7"),
        (ForwardedHeader::Forwarded, "198.51.100.9"),
    ] {
        assert_eq!(by(header, &["10.0.0.0/8"], "10.0.0.1", &both), expected);
    }
}

proptest! {
    /// Whatever stands left of what the nearest proxy appended, the origin is what it appended; and nothing panics.
    #[test]
    fn nothing_left_of_the_first_hop_that_is_not_trusted_matters(
        left in proptest::collection::vec(any::<u8>(), 0..60),
        marks in "[\",;=\\\\ \\[\\]:a-f0-9.]{0,40}",
    ) {
        for left in [left, marks.into_bytes()] {
            for (name, right) in [
                (X_FORWARDED_FOR, ", 203.0.113.7"),
                (FORWARDED, ", for=203.0.113.7;host=\"x,\\\"y\";proto=https"),
            ] {
                let value = [&left, right.as_bytes()].concat();
                let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
                let mut headers = HeaderMap::new();
                headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(&left).unwrap());
                headers.append(HeaderName::from_static(name), value);
                let origin = addresses(&["10.0.0.0/8"], ForwardedHeader::Auto).origin("10.0.0.1".parse().unwrap(), &headers);
                prop_assert_eq!(origin.to_string(), "203.0.113.7");
            }
        }
    }

    /// No bytes panic, and without a readable hop it is the peer or a proxy that is trusted.
    #[test]
    fn no_bytes_do_harm(value in proptest::collection::vec(any::<u8>(), 0..80)) {
        let Ok(value) = HeaderValue::from_bytes(&value) else { return Ok(()) };
        for name in [X_FORWARDED_FOR, FORWARDED] {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.clone())]);
            addresses(&["0.0.0.0/0", "::/0"], ForwardedHeader::Auto).origin("10.0.0.1".parse().unwrap(), &headers);
            forwarded_proto(&headers);
        }
    }
}
