//! Texts as pages show them.

use std::fmt::Write as _;

/// What stands in the place of a picture: the first character that is seen.
pub(in crate::admin) fn initial(name: &str) -> String {
    let seen = || name.chars().filter(|letter| !letter.is_whitespace() && !is_hidden(*letter));
    let seen = seen().find(|letter| letter.is_alphanumeric()).or_else(|| seen().next());
    seen.map_or_else(|| "?".to_owned(), |first| first.to_uppercase().to_string())
}

/// A text whose characters cannot hide: controls, and those that change the direction of what stands around them, are
/// shown by their numbers.
pub(in crate::admin) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            let _ = write!(shown, "[U+{:04X}]", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether nothing is seen of a character but what it does to others. Joiners belong into emoji and Persian.
const fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{3164}' | '\u{115f}' | '\u{1160}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
    )
}
