use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::{SessionId, Timestamp, UnknownName};

/// The database's number for an administrator. Never given out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdministratorId(pub i64);

impl fmt::Display for AdministratorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name an administrator logs in with. In lower case, so that it is unique whatever the case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdministratorName(String);

/// Not a name for an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an administrator's name has 3 to 64 characters: letters, digits and . _ - @")]
pub struct InvalidAdministratorName;

impl AdministratorName {
    /// A name, also an e-mail address.
    ///
    /// # Errors
    /// When it is too short or too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, InvalidAdministratorName> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |character: char| character.is_ascii_alphanumeric() || "._-@".contains(character);
        if !(3..=64).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(InvalidAdministratorName);
        }
        Ok(Self(name))
    }

    /// A name read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AdministratorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an administrator may do. Ordered: each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdministratorRole {
    /// Look.
    Viewer,
    /// Change users.
    Operator,
    /// Change administrators.
    Owner,
}

impl AdministratorRole {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Owner];

    /// The word that stores and people use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }
}

impl FromStr for AdministratorRole {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownName)
    }
}

/// An administrator's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministratorAccount {
    /// The number.
    pub id: AdministratorId,
    /// What they log in with.
    pub name: AdministratorName,
    /// What they may do.
    pub role: AdministratorRole,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When they last logged in.
    pub last_login_at: Option<Timestamp>,
    /// Whether they have a second factor.
    pub second_factor: bool,
}

/// An administrator's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdministratorSession {
    /// The id it is stored under.
    pub id: SessionId,
    /// Whose it is.
    pub administrator: AdministratorId,
    /// From where it was opened, as far as that is known.
    pub from: Option<IpAddr>,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it was last used, give or take [`SessionPolicy::touch_every`](crate::SessionPolicy::touch_every).
    pub seen_at: Timestamp,
    /// When it ends if it is not used again.
    pub expires_at: Timestamp,
}

/// The code of the set-up link: an operator who can read the log of the first start becomes the first administrator. It is
/// made of the secrets of the installation, so that an operator who can make it may do everything ([`Administrator::with`]).
///
/// [`Administrator::with`]: crate::Administrator::with
#[derive(Clone)]
pub struct SetUpCode(String);

impl SetUpCode {
    /// From an unguessable text. Only the keeper of the installation's secrets may call this; a test of the project's layers
    /// holds it to that.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the link.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is this one. Compared by digest, so that the time tells nothing about the text.
    pub fn is(&self, text: &str) -> bool {
        Sha256::digest(text) == Sha256::digest(&self.0)
    }
}

impl fmt::Debug for SetUpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetUpCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(
            AdministratorName::parse(" Ann@Example.com "),
            AdministratorName::parse("ann@example.com")
        );
    }

    #[test]
    fn names_that_look_like_others_are_refused() {
        let long = "x".repeat(65);
        for text in ["", "ab", "a b c", "аnn", "ann\u{200b}", "<b>", long.as_str()] {
            assert_eq!(AdministratorName::parse(text), Err(InvalidAdministratorName), "{text:?}");
        }
    }

    #[test]
    fn roles_are_read_as_they_are_written() {
        for role in AdministratorRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("root".parse::<AdministratorRole>().is_err());
        assert!(AdministratorRole::ALL.is_sorted());
    }
}
