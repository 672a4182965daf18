use std::fmt;
use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::username::fold;

/// A password as it was typed. Wiped from memory when dropped, never printed.
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

/// The most common passwords there are, the most common one first; `common_passwords.LICENSE` says where they are from.
const COMMON: &str = include_str!("common_passwords.txt");

/// A newly chosen password that is not among the first that an attacker would try. What was chosen before,
/// or by the old protocol, need not be one.
#[derive(Clone, Debug)]
pub struct NewPassword(PlainPassword);

/// Why a password is too weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It is one of the most common ones, or one character over and over.
    #[error("this password is too common")]
    Common,
    /// It is the name it is for.
    #[error("this password is the name of the account")]
    Name,
}

impl NewPassword {
    /// A password for the account of this name.
    ///
    /// # Errors
    /// When it is too easily guessed.
    pub fn choose(password: PlainPassword, name: &str) -> Result<Self, WeakPassword> {
        let (text, name) = (fold(password.expose()), fold(name));
        let one_character = text.chars().zip(text.chars().skip(1)).all(|(first, next)| first == next);
        if one_character || COMMON.lines().any(|common| common == text) {
            return Err(WeakPassword::Common);
        }
        let mailbox = name.split('@').next().unwrap_or_default();
        if text == name || text == mailbox {
            return Err(WeakPassword::Name);
        }
        Ok(Self(password))
    }

    /// For hashing.
    pub fn into_plain(self) -> PlainPassword {
        self.0
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
    fn a_new_password_is_not_among_the_first_to_be_tried() {
        let choose = |text: &str, name: &str| {
            let password = PlainPassword::for_administrator(text).unwrap();
            NewPassword::choose(password, name).map(drop)
        };
        for common in [
            "password",
            "PASSWORD",
            "Password1",
            "12345678",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaaaaaa",
            "ｐａｓｓｗｏｒｄ",
        ] {
            assert_eq!(choose(common, "ann"), Err(WeakPassword::Common), "{common}");
        }
        for name in ["ann_the_owner", "ann_the_owner@example.com"] {
            assert_eq!(choose("Ann_The_Owner", name), Err(WeakPassword::Name), "{name}");
        }
        for good in ["correct horse", "password of ann", "woshi guanliyuan"] {
            assert_eq!(choose(good, "ann"), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_list_is_whole() {
        assert_eq!(COMMON.lines().count(), 10_000);
        let longest = PlainPassword::ADMINISTRATOR_LENGTH;
        assert!(
            COMMON
                .lines()
                .all(|line| (6..=*longest.end()).contains(&line.chars().count()) && fold(line) == line)
        );
    }

    #[test]
    fn is_never_printed() {
        let password = PlainPassword::parse("hunter22").unwrap();
        assert!(!format!("{password:?}").contains("hunter"));
        assert!(!format!("{:?}", PasswordHash::new("8d969eef".into())).contains("8d96"));
    }
}
