use std::fmt;

use crate::username::fold;

/// What others see instead of the username: up to 50 characters of any script, no control characters. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nickname(String);

/// Longer than 50 characters, or with a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a nickname has at most 50 characters and no control characters")]
pub struct InvalidNickname;

impl Nickname {
    /// A nickname, without the white space around it.
    ///
    /// # Errors
    /// When it is too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidNickname> {
        let text = text.trim();
        if text.chars().count() > 50 || text.chars().any(char::is_control) {
            return Err(InvalidNickname);
        }
        Ok(Self(text.to_owned()))
    }

    /// A nickname read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is looked for by: folded as usernames are.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_and_limits() {
        assert_eq!(Nickname::parse("  小明 ").unwrap().as_str(), "小明");
        assert!(Nickname::parse(&"好".repeat(50)).is_ok());
        assert_eq!(Nickname::parse(&"好".repeat(51)), Err(InvalidNickname));
        assert_eq!(Nickname::parse("a\u{7}b"), Err(InvalidNickname));
    }
}
