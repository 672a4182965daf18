use std::net::IpAddr;
use std::ops::RangeInclusive;

use uuid::Uuid;

use crate::username::fold;
use crate::{DeviceId, UserId};

/// A keyword to search usernames for, case-folded as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword(String);

/// Not within [`Keyword::LENGTH`], or with a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a keyword has 1 to 50 characters and no control characters")]
pub struct InvalidKeyword;

impl Keyword {
    /// How many characters a keyword has.
    pub const LENGTH: RangeInclusive<usize> = 1..=50;

    /// A keyword as it was typed. `%` and `_` are characters like any other.
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

/// An administrator's search: a substring of a registered user's name, a prefix of any name, nickname or device id,
/// or a whole id, uuid or sign-up address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    text: String,
    keyword: Keyword,
    id: Option<UserId>,
    uuid: Option<Uuid>,
    device: Option<String>,
    address: Option<IpAddr>,
}

impl Search {
    /// From how many characters on a text is taken for the beginning of a device id.
    const DEVICE: usize = 8;

    /// The text of a search. `@` in front makes it a name whatever it looks like, for names that consist of digits.
    ///
    /// # Errors
    /// When it cannot be part of anything.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyword> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix('@').filter(|name| !name.is_empty()) {
            let keyword = Keyword::parse(name)?;
            return Ok(Self {
                text: text.to_owned(),
                keyword,
                id: None,
                uuid: None,
                device: None,
                address: None,
            });
        }
        let device = text.len() >= Self::DEVICE && DeviceId::may_begin_with(text);
        Ok(Self {
            text: text.to_owned(),
            keyword: Keyword::parse(text)?,
            id: text.parse().ok().map(UserId),
            uuid: Uuid::parse_str(text).ok(),
            device: device.then(|| text.to_owned()),
            address: text.parse().ok().map(|address: IpAddr| address.to_canonical()),
        })
    }

    /// The same, for those who must not learn whole device ids: a beginning of any length would let them be found out
    /// character by character, so it is the eight characters that are shown, or the whole id that is known already.
    #[must_use]
    pub fn without_guesses_at_devices(self) -> Self {
        let told = |text: &String| text.len() == Self::DEVICE || DeviceId::parse(text).is_ok();
        Self { device: self.device.filter(told), ..self }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What a name or nickname holds.
    pub const fn keyword(&self) -> &Keyword {
        &self.keyword
    }

    /// The id it is, if it is one.
    pub const fn id(&self) -> Option<UserId> {
        self.id
    }

    /// The uuid it is, if it is one.
    pub const fn uuid(&self) -> Option<Uuid> {
        self.uuid
    }

    /// The address that accounts were registered from, if it is one.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// What a device id begins with, if it can be that.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
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

    #[test]
    fn a_search_is_for_all_that_it_can_be() {
        let looks = |text: &str| {
            let search = Search::parse(text).unwrap();
            (search.id().is_some(), search.uuid().is_some(), search.device().is_some())
        };
        assert_eq!(looks("alice"), (false, false, false));
        assert_eq!(looks("42"), (true, false, false));
        assert_eq!(looks("@42"), (false, false, false));
        assert_eq!(looks("12345678"), (true, false, true));
        assert_eq!(looks("8d1a344c-bf16-5425-adbc-d12f49cfa332"), (false, true, true));
        assert_eq!(looks("8d1a344c bf16"), (false, false, false));
        for (text, told) in
            [("8d1a344c", true), ("8d1a344c-", false), ("8d1a344c-bf16-5425-adbc-d12f49cfa332", true)]
        {
            let search = Search::parse(text).unwrap().without_guesses_at_devices();
            assert_eq!(search.device().is_some(), told, "{text}");
        }
        assert_eq!(Search::parse(" @Al ").unwrap().keyword().as_str(), "al");
        assert_eq!(Search::parse("@").unwrap().keyword().as_str(), "@");
        assert_eq!(Search::parse(""), Err(InvalidKeyword));
    }
}
