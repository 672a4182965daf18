use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

use crate::AdministratorRole;

/// What an authenticator app and Usher share (RFC 6238). Wiped from memory when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize)]
#[zeroize(drop)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// From 160 unguessable bits.
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// A [`TotpSecret`] as stores keep it: encrypted for one administrator. A store that was written by an older release
/// holds the bare secret instead, until it is protected.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SealedSecret(Vec<u8>);

impl SealedSecret {
    /// As a cipher made it or a store kept it.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// For a store, or a cipher.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(..)")
    }
}

/// A code for when the authenticator app is gone. It is good once, shown once, and kept as a [`RecoveryTag`].
#[derive(Clone)]
pub struct RecoveryCode(String);

/// The SHA-256 of a recovery code. Older releases stored this; an attacker who reads it can try codes against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecoveryDigest(pub [u8; 32]);

/// What is kept of a recovery code: its digest under a key that is not in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecoveryTag(pub [u8; 32]);

impl RecoveryCode {
    /// How many an administrator gets.
    pub const COUNT: usize = 10;

    /// How many hexadecimal digits it has: 128 bits.
    const DIGITS: usize = 32;

    /// How many those of older releases have, which are good until they are used or replaced.
    const FORMER_DIGITS: usize = 16;

    /// From 128 random bits.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes.chunks(2).map(hex::encode).collect::<Vec<_>>().join("-"))
    }

    /// To be shown.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What its tag is made of.
    pub fn digest(&self) -> RecoveryDigest {
        RecoveryDigest::of(&self.0)
    }
}

impl RecoveryDigest {
    /// Of a code as it was typed: case, hyphens and spaces do not matter.
    fn of(text: &str) -> Self {
        let plain: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        Self(Sha256::digest(plain.to_ascii_lowercase()).into())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// A one-time code as it was typed beside the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneTimeCode {
    /// Six digits of an authenticator app.
    App(String),
    /// A recovery code.
    Recovery(RecoveryDigest),
}

impl OneTimeCode {
    /// What was typed; none if it cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::App(text));
        }
        let known = |c: char| c.is_ascii_hexdigit() || c == '-';
        let digits = text.chars().filter(char::is_ascii_hexdigit).count();
        let possible = [RecoveryCode::DIGITS, RecoveryCode::FORMER_DIGITS].contains(&digits);
        (possible && text.chars().all(known)).then(|| Self::Recovery(RecoveryDigest::of(&text)))
    }
}

/// A verified response to the second factor: accepted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactorResponse {
    /// A code of the app, of this step of time.
    Step(i64),
    /// A recovery code, by the tags it has under the keys that are known: one of them is kept if it is good.
    Recovery(Vec<RecoveryTag>),
}

/// Which administrators must have a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FactorRequirement {
    /// None.
    #[default]
    Off,
    /// Owners.
    Owners,
    /// All.
    All,
}

impl FactorRequirement {
    /// Whether administrators of this role must have one.
    pub fn applies_to(self, role: AdministratorRole) -> bool {
        match self {
            Self::Off => false,
            Self::Owners => role == AdministratorRole::Owner,
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::new([0xab, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xcd]);
        let shown = "ab01-0203-0405-0607-0809-0a0b-0c0d-0ecd";
        assert_eq!(code.expose(), shown);
        for typed in [shown, &shown.to_uppercase().replace('-', " "), &shown.replace('-', "")] {
            assert_eq!(OneTimeCode::parse(typed), Some(OneTimeCode::Recovery(code.digest())), "{typed}");
        }
    }

    #[test]
    fn a_recovery_code_of_an_older_release_is_read() {
        let digest = RecoveryDigest::of("ab010203040506cd");
        assert_eq!(OneTimeCode::parse("AB01-0203-0405-06CD"), Some(OneTimeCode::Recovery(digest)));
        assert_eq!(OneTimeCode::parse("ab01-0203-0405-06cd-0708"), None);
    }

    #[test]
    fn a_code_of_the_app_has_six_digits() {
        assert_eq!(OneTimeCode::parse("123 456"), Some(OneTimeCode::App("123456".to_owned())));
        for typed in ["", "12345", "1234567", "12345a", "ab01-0203-0405-06cx", "١٢٣٤٥٦"] {
            assert_eq!(OneTimeCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let sealed = SealedSecret::new(vec![7; 20]);
        let printed = format!("{:?} {sealed:?} {:?}", TotpSecret::new([7; 20]), RecoveryCode::new([7; 16]));
        assert_eq!(printed, "TotpSecret(..) SealedSecret(..) RecoveryCode(..)");
    }
}
