//! The calls that clients make, ready to be sent.

use std::cell::Cell;
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use usher_crypto::SaltedSignatures;
use usher_domain::{SignedClaim, Timestamp};

/// A call without a body.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", path, headers, "")
}

/// A call with a form.
pub fn post(path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Vec<u8> {
    request("POST", path, headers, &form(fields))
}

/// The fields, as a form.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A search in the name of a token's owner.
pub fn keyword(token: &str, keyword: &str) -> Vec<u8> {
    post("/api/chat/searchUser", &[("token", token)], &[("keyword", keyword)])
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if method == "POST" {
        let kind = "application/x-www-form-urlencoded";
        let _ = write!(text, "content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// Devices that no other run of a benchmark had, in the order in which they first launch.
pub struct Devices {
    signatures: SaltedSignatures,
    run: u64,
    launched: Cell<u32>,
}

impl Devices {
    /// Devices that sign with this salt.
    pub fn new(salt: &str) -> Self {
        let signatures = SaltedSignatures::new([salt.to_owned()]);
        Self { signatures, run: millis().unsigned_abs(), launched: Cell::new(0) }
    }

    /// How many have launched.
    pub fn launched(&self) -> u32 {
        self.launched.get()
    }

    /// The first launch of the next one.
    pub fn launch(&self) -> Vec<u8> {
        let number = self.launched.get();
        self.launched.set(number + 1);
        self.register(&self.id(number))
    }

    /// What a device sends when the client starts.
    pub fn register(&self, device: &str) -> Vec<u8> {
        let at = millis();
        let claim = SignedClaim { device: device.to_owned(), at: Timestamp::from_millis(at) };
        let signature = self.signatures.sign(&claim).expect("a salt").to_string();
        let fields = [("deviceId", device), ("timestamp", &at.to_string()), ("uniplatform", "app")];
        post("/api/visitorRegister", &[("x-security-sign", &signature)], &fields)
    }

    /// The id of one: unique, and in no order, as ids are in the field.
    pub fn id(&self, number: u32) -> String {
        let scattered = number.wrapping_mul(0x9e37_79b1).rotate_left(13).wrapping_mul(0x85eb_ca6b);
        format!("{scattered:08x}-0000-4000-8000-{:012x}", self.run & 0xffff_ffff_ffff)
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has no clock port")]
fn millis() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970");
    i64::try_from(now.as_millis()).expect("it fits")
}
