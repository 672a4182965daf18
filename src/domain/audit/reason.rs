/// The reason that an administrator gave: up to 200 characters, no control characters. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason(String);

/// Longer than 200 characters, or with a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason has at most 200 characters and no control characters")]
pub struct InvalidReason;

impl Reason {
    /// A reason, without the white space around it.
    ///
    /// # Errors
    /// When it is too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidReason> {
        let text = text.trim();
        if text.chars().count() > 200 || text.chars().any(char::is_control) {
            return Err(InvalidReason);
        }
        Ok(Self(text.to_owned()))
    }

    /// A reason read back from a store.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
