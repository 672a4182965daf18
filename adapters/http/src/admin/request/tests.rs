use proptest::prelude::*;
use salvo::http::{HeaderMap, HeaderValue};

use super::cookies::read_secret;
use super::csrf::unmasked;
use super::*;

fn headers(given: &[(&'static str, &'static str)]) -> HeaderMap {
    given.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
}

#[test]
fn changes_are_taken_from_our_own_pages() {
    for ours in [
        &[("sec-fetch-site", "same-origin"), ("origin", "https://elsewhere.example")][..],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://usher.example:8080"), ("host", "usher.example:8080")],
        &[],
    ] {
        assert!(!is_cross_site(&headers(ours)), "{ours:?}");
    }
    for cross_site in [
        &[("sec-fetch-site", "cross-site"), ("origin", "http://usher.example"), ("host", "usher.example")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://usher.example.evil"), ("host", "usher.example")],
        &[("origin", "null"), ("host", "null")],
        &[("origin", "http://usher.example")],
    ] {
        assert!(is_cross_site(&headers(cross_site)), "{cross_site:?}");
    }
}

/// Fields and a file.
type Form = (Vec<(String, String)>, Option<Bytes>);

/// A form with these fields and this file, as a browser sends it.
fn form(fields: &[(String, String)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in fields {
        let head = format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend(head.into_bytes());
    }
    body.extend(*b"--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n");
    body.extend(file.iter().chain(b"\r\n--limit--\r\n"));
    body
}

fn read(body: Vec<u8>, boundary: &str) -> Result<Form, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let stream = futures_util::stream::once(async { Ok::<Bytes, std::convert::Infallible>(body.into()) });
    let Parts { fields, file, .. } = runtime.block_on(parts(stream, boundary.to_owned(), MOST_READ))?;
    Ok((fields, file))
}

#[test]
fn a_field_is_read_to_the_byte() {
    let text = "\u{feff}password";
    let fields = [("a".to_owned(), text.to_owned())];
    assert_eq!(read(form(&fields, b""), "limit").unwrap().0, fields);
    let other = b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\ncontent-type: text/plain; charset=utf-16be\r\n\r\nab\r\n--x--\r\n";
    assert_eq!(read(other.to_vec(), "x").unwrap().0, [("a".to_owned(), "ab".to_owned())]);
}

proptest! {
    #[test]
    fn a_form_with_a_file_is_read_as_it_is_written(
        fields in prop::collection::vec(("[a-z_]{1,12}", "[^\u{0}]{0,40}"), 0..6),
        file in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assume!(fields.iter().all(|(_, text)| !text.contains("--limit")));
        let (read, found) = read(form(&fields, &file), "limit").unwrap();
        prop_assert_eq!(read, fields);
        prop_assert_eq!(found.map(|it| it.to_vec()), Some(file).filter(|it| !it.is_empty()));
    }

    #[test]
    fn a_body_that_is_no_form_is_refused_or_empty(
        body in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>(), boundary in "[a-z-]{1,9}",
    ) {
        prop_assert!(matches!(read(body, &boundary), Err(Failure::Malformed) | Ok(_)));
        let whole = form(&[("a".to_owned(), "b".to_owned())], b"file");
        let part = whole[..cut.index(whole.len() - 4)].to_vec();
        prop_assert!(matches!(read(part, "limit"), Err(Failure::Malformed)), "a form that is cut off");
    }

    #[test]
    fn a_token_is_read_whichever_mask_it_has(token in any::<[u8; 32]>(), mask in any::<[u8; 32]>(), text in ".{0,140}") {
        let masked: Vec<u8> = token.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        let written = hex::encode(mask) + &hex::encode(masked);
        prop_assert_eq!(unmasked(&written), Some(token.to_vec()));
        if text.len() != 128 {
            prop_assert_eq!(unmasked(&text), None);
        }
    }

    #[test]
    fn a_cookie_has_sixty_four_digits_or_is_refused(text in "[0-9a-f]{63,65}|.{0,70}", bytes in any::<[u8; 32]>()) {
        prop_assert_eq!(read_secret(&hex::encode(bytes)), Some(SessionSecret::new(bytes)));
        if text.len() != 64 {
            prop_assert!(read_secret(&text).is_none());
        }
    }
}
