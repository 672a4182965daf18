use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization;

use crate::DeviceId;

/// Every generated visitor name starts with this, in this case; a name that looks as if it did cannot be registered.
const VISITOR_PREFIX: &str = "VIS";

/// An account name, kept as it was typed. Two names are the same when their [`UsernameKey`]s are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// Why a name cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUsername {
    /// Not within [`Username::LENGTH`].
    #[error("a username has 4 to 20 characters")]
    Length,
    /// Something other than ASCII letters, digits and the underscore.
    #[error("a username consists of letters, digits and underscores")]
    Characters,
    /// A visitor's name, or one that looks like it.
    #[error("this username is reserved")]
    Reserved,
}

impl Username {
    /// How many characters a name has.
    pub const LENGTH: RangeInclusive<usize> = 4..=20;

    /// A chosen name.
    ///
    /// # Errors
    /// When the length, a character or a reservation forbids it.
    pub fn register(text: &str) -> Result<Self, InvalidUsername> {
        if !Self::LENGTH.contains(&text.chars().count()) {
            return Err(InvalidUsername::Length);
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(InvalidUsername::Characters);
        }
        if skeleton(text).starts_with(&skeleton(VISITOR_PREFIX)) {
            return Err(InvalidUsername::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name a visitor gets: `VIS` and the first eight characters of the device id, as the old backend gave it.
    pub fn visitor(device: &DeviceId) -> Self {
        Self(format!("{VISITOR_PREFIX}{}", device.prefix()))
    }

    /// A longer visitor name for when the short one is taken. `salt` must be random: the rest of the device id
    /// would do, but that is what the visitor proves itself with and does not belong into a public name.
    pub fn visitor_with(device: &DeviceId, salt: u32) -> Self {
        Self(format!("{VISITOR_PREFIX}{}{salt:08x}", device.prefix()))
    }

    /// A name read back from a store. Older installations hold names that [`Username::register`] would refuse.
    pub const fn from_store(text: String) -> Self {
        Self(text)
    }

    /// The name as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is compared by.
    pub fn key(&self) -> UsernameKey {
        UsernameKey::of(&self.0)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The form in which names are compared and unique: Unicode NFKC, lower case, without space at the ends.
///
/// One form for every store, so that no database's collation decides who is who.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsernameKey(String);

impl UsernameKey {
    /// The key of any text; also of text that can be no name, which then matches no user.
    pub fn of(text: &str) -> Self {
        // U+0000 is in no name, and PostgreSQL cannot even look for it.
        Self(fold(text).trim().replace('\0', "\u{fffd}"))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Unicode NFKC and lower case.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Words that only the staff may be called by: `admin`, or a brand that swindlers would like to be taken for.
#[derive(Clone, Debug, Default)]
pub struct ReservedNames(BTreeSet<String>);

impl ReservedNames {
    /// These words. They are compared by what they look like, so `Adm1n` and `ad_min` are among them with `admin`.
    pub fn new<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Self {
        let skeletons = words.into_iter().map(|word| skeleton(word.as_ref()));
        Self(skeletons.filter(|skeleton| !skeleton.is_empty()).collect())
    }

    /// Whether the name, or a part of it between underscores, looks like one of the words, with or without digits
    /// around it: `kefu01`, `paypaI_bank`.
    pub fn contain(&self, name: &Username) -> bool {
        let name = name.as_str();
        let around = |c: char| c.is_ascii_digit() || c == '_';
        let reserved = |text: &str| {
            let parts = [
                text,
                text.trim_start_matches(around),
                text.trim_end_matches(around),
                text.trim_matches(around),
            ];
            parts.into_iter().any(|part| self.0.contains(&skeleton(part)))
        };
        reserved(name) || name.split('_').any(reserved)
    }
}

/// What is left of a name when the tricks for looking like another one are taken away. In the spirit of UTS #39,
/// for the ASCII that names may hold.
fn skeleton(text: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        '0' => 'o',
        '1' | 'l' => 'i',
        '2' => 'z',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        '8' => 'b',
        other => other,
    };
    let letters: String = text.chars().filter(|c| *c != '_').map(plain).collect();
    letters.replace("rn", "m").replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_letters_digits_and_underscores() {
        for good in ["abcd", "A_1b", "x".repeat(20).as_str(), "____"] {
            assert_eq!(Username::register(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn refuses_what_is_no_name() {
        for short_or_long in ["", "abc", &"x".repeat(21)] {
            assert_eq!(Username::register(short_or_long), Err(InvalidUsername::Length));
        }
        for strange in ["a b c", "<script>", "用户名称", "ab\0cd", "ａｂｃｄ"] {
            assert_eq!(Username::register(strange), Err(InvalidUsername::Characters));
        }
    }

    #[test]
    fn refuses_what_looks_like_a_visitor() {
        for taken in ["VIS8d1a344c", "vis_a_vis", "VlS8d1a344c", "V1S8d1a344c", "VI58d1a344c", "_V_I_S_01"] {
            assert_eq!(Username::register(taken), Err(InvalidUsername::Reserved), "{taken}");
        }
        assert!(Username::register("elvis").is_ok());
    }

    #[test]
    fn reserved_words_are_found_in_disguise() {
        let reserved = ReservedNames::new(["admin", "support", "service", "kefu", "paypal", "system"]);
        let contains = |name: &str| reserved.contain(&Username::register(name).unwrap());
        for name in [
            "Admin",
            "adm1n",
            "ad_min",
            "adrnin",
            "admin_01",
            "01admin",
            "SUPP0RT",
            "5ervice",
            "5ystem99",
            "kefu01",
            "KEFU",
            "paypaI_bank",
            "wang_kefu",
            "__kefu__",
        ] {
            assert!(contains(name), "{name}");
        }
        for name in ["administrate", "alice_01", "supporter", "bob_the_builder", "12345"] {
            assert!(!contains(name), "{name}");
        }
        assert!(!ReservedNames::new(["", "_"]).contain(&Username::register("____").unwrap()));
    }

    #[test]
    fn a_key_ignores_case_and_width() {
        assert_eq!(UsernameKey::of("Alice"), UsernameKey::of("aLICE"));
        assert_eq!(UsernameKey::of("ＡＬＩＣＥ"), UsernameKey::of("alice"));
        assert_ne!(UsernameKey::of("alice"), UsernameKey::of("a1ice"));
    }

    #[test]
    fn a_visitor_is_named_after_the_device() {
        let device = DeviceId::parse("8d1a344c-bf16-5425-adbc-d12f49cfa332").unwrap();
        assert_eq!(Username::visitor(&device).as_str(), "VIS8d1a344c");
        let longer = Username::visitor_with(&device, 7);
        assert_eq!(longer.as_str(), "VIS8d1a344c00000007");
        assert!(Username::LENGTH.contains(&longer.as_str().len()));
    }
}
