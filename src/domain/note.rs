use crate::{Timestamp, UserId};

/// The text of a note: 1 to 2,000 characters, of control characters line breaks and tabs only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText(String);

/// Empty, too long, or with a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a note has 1 to 2,000 characters and no control characters")]
pub struct InvalidNote;

impl NoteText {
    /// A text, without the white space around it. Line breaks are `\n`.
    ///
    /// # Errors
    /// When it is empty, too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidNote> {
        let text = text.trim().replace("\r\n", "\n");
        let allowed = |letter: char| matches!(letter, '\n' | '\t') || !letter.is_control();
        if !(1..=2_000).contains(&text.chars().count()) || !text.chars().all(allowed) {
            return Err(InvalidNote);
        }
        Ok(Self(text))
    }

    /// A text read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an administrator noted about a user, for other administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserNote {
    /// Its number: later notes have higher ones.
    pub id: i64,
    /// About whom.
    pub user: UserId,
    /// By whom, as the audit log calls them.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: NoteText,
}

impl UserNote {
    /// How many notes about a user are shown.
    pub const MOST_SHOWN: u32 = 200;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_text_of_some_lines() {
        assert_eq!(NoteText::parse("  one\r\ntwo\t ").unwrap().as_str(), "one\ntwo");
        assert!(NoteText::parse(&"字".repeat(2_000)).is_ok());
        for text in ["", " \n ", &"x".repeat(2_001), "a\0b", "\u{7f}x"] {
            assert_eq!(NoteText::parse(text), Err(InvalidNote), "{text:?}");
        }
    }
}
