use std::ops::RangeInclusive;

use crate::username::fold;

/// What to look for in usernames, folded as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword(String);

/// Not within [`Keyword::LENGTH`], or with a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a keyword has 1 to 50 characters and no control characters")]
pub struct InvalidKeyword;

impl Keyword {
    /// How many characters a keyword has.
    pub const LENGTH: RangeInclusive<usize> = 1..=50;

    /// A keyword somebody typed. `%` and `_` are characters like any other.
    ///
    /// # Errors
    /// When it is empty or too long, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyword> {
        if !Self::LENGTH.contains(&text.chars().count()) || text.chars().any(char::is_control) {
            return Err(InvalidKeyword);
        }
        Ok(Self(fold(text)))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_like_a_username() {
        assert_eq!(Keyword::parse("ALi").unwrap().as_str(), "ali");
        assert_eq!(Keyword::parse("100%_").unwrap().as_str(), "100%_");
        for bad in ["", "a\0", &"x".repeat(51)] {
            assert_eq!(Keyword::parse(bad), Err(InvalidKeyword));
        }
    }
}
