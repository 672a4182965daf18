use std::fmt;
use std::ops::RangeInclusive;

use zeroize::Zeroizing;

/// A password as somebody typed it. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct PlainPassword(Zeroizing<String>);

/// Not within [`PlainPassword::LENGTH`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has 6 to 20 characters")]
pub struct InvalidPassword;

/// Not within [`PlainPassword::ADMINISTRATOR_LENGTH`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an administrator's password has 8 to 128 characters")]
pub struct InvalidAdministratorPassword;

impl PlainPassword {
    /// How many characters a password has. The clients in the field cannot send any other, so this is the one
    /// policy for all who set one.
    pub const LENGTH: RangeInclusive<usize> = 6..=20;

    /// A password of allowed length.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn parse(text: &str) -> Result<Self, InvalidPassword> {
        if !Self::LENGTH.contains(&text.chars().count()) {
            return Err(InvalidPassword);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// How many characters an administrator's password has. At least 8 and no rule of composition, as NIST SP 800-63B
    /// has it; at most what can be hashed without effort.
    pub const ADMINISTRATOR_LENGTH: RangeInclusive<usize> = 8..=128;

    /// A password for an administrator.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn for_administrator(text: &str) -> Result<Self, InvalidAdministratorPassword> {
        if !Self::ADMINISTRATOR_LENGTH.contains(&text.chars().count()) {
            return Err(InvalidAdministratorPassword);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainPassword(..)")
    }
}

/// What is stored instead of a password: a PHC string, or the SHA-256 hex of the old backend until its owner logs in.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash made by a hasher or read from a store.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The stored text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_not_bytes() {
        assert!(PlainPassword::parse("密码密码密码").is_ok());
        assert!(PlainPassword::parse("12345").is_err());
        assert!(PlainPassword::parse(&"x".repeat(21)).is_err());
        assert!(PlainPassword::for_administrator("密码密码密码密码").is_ok());
        assert!(PlainPassword::for_administrator("1234567").is_err());
        assert!(PlainPassword::for_administrator(&"x".repeat(129)).is_err());
    }

    #[test]
    fn is_never_printed() {
        let password = PlainPassword::parse("hunter22").unwrap();
        assert!(!format!("{password:?}").contains("hunter"));
        assert!(!format!("{:?}", PasswordHash::new("8d969eef".into())).contains("8d96"));
    }
}
