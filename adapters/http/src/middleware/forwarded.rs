//! What proxies say of a request: `X-Forwarded-For` and `Forwarded` (RFC 7239).
//!
//! Both are whatever the client wrote, followed by what each proxy appended. So they are read from their end, byte by
//! byte, and nothing left of what is read has a say in how it is read.

use std::net::{IpAddr, Ipv6Addr};

use salvo::http::HeaderMap;

/// What stands behind the last comma, and before it.
fn last_piece(list: &[u8]) -> (&[u8], &[u8]) {
    match list.iter().rposition(|byte| *byte == b',') {
        Some(at) => (&list[at + 1..], &list[..at]),
        None => (list, &[]),
    }
}

/// The same of a list whose elements may hold quoted strings.
fn last_element(list: &[u8]) -> (&[u8], &[u8]) {
    last(list, b',')
}

/// The part behind the last `separator` that is in no quoted string, and the part before it.
///
/// Read from the right, a quote that an odd number of backslashes precedes is part of the quoted string that it ends
/// or stands in; any other one is where the string begins.
fn last(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'"' if !quoted => quoted = true,
            b'"' => {
                let escapes = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
                quoted = escapes % 2 == 1;
            }
            _ if *byte == separator && !quoted => return (&text[at + 1..], &text[..at]),
            _ => {}
        }
    }
    (text, &[])
}

/// Gives the last element of a list, and the elements before it.
type Cut<'a> = fn(&'a [u8]) -> (&'a [u8], &'a [u8]);

/// The elements of a header that is a list, from the right, over all its lines.
fn elements<'a>(headers: &'a HeaderMap, name: &str, cut: Cut<'a>) -> impl Iterator<Item = &'a [u8]> {
    headers.get_all(name).iter().rev().flat_map(move |line| {
        let mut rest = line.as_bytes();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (element, before) = cut(rest);
            rest = before;
            Some(element.trim_ascii())
        })
    })
}

/// The hops of `X-Forwarded-For`, the nearest first; none where one cannot be read.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    elements(headers, "x-forwarded-for", last_piece)
        .filter(|hop| !hop.is_empty())
        .map(|hop| node(unquoted(hop)))
}

/// The hops of `Forwarded`, the nearest first; none where one cannot be read or does not say who.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    elements(headers, "forwarded", last_element)
        .filter(|hop| !hop.is_empty())
        .map(|hop| node(unquoted(parameter(hop, b"for")?)))
}

/// The protocol that the client spoke, by the nearest hop of `Forwarded`.
pub(super) fn forwarded_proto(headers: &HeaderMap) -> Option<&[u8]> {
    elements(headers, "forwarded", last_element)
        .find(|hop| !hop.is_empty())
        .and_then(|hop| parameter(hop, b"proto").map(unquoted))
}

/// The one value of a parameter. None if there are two.
fn parameter<'a>(element: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut found = None;
    let mut rest = element;
    while !rest.is_empty() {
        let (pair, before) = last(rest, b';');
        rest = before;
        let Some(at) = pair.iter().position(|byte| *byte == b'=') else { continue };
        if pair[..at].trim_ascii().eq_ignore_ascii_case(name)
            && found.replace(pair[at + 1..].trim_ascii()).is_some()
        {
            return None;
        }
    }
    found
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

/// An address, with or without brackets and port.
fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']')?;
        let port = port.strip_prefix(':').map_or(port.is_empty(), is_port);
        return address.parse::<Ipv6Addr>().ok().filter(|_| port).map(IpAddr::V6);
    }
    let (address, port) = text.split_once(':')?;
    address.parse().ok().filter(|_| is_port(port)).map(IpAddr::V4)
}

/// A number, or a name that a proxy made up to hide it.
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }
        None => (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
    }
}
