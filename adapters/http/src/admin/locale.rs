//! What the pages say, in the languages they say it in.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use salvo::Request;
use salvo::http::header::ACCEPT_LANGUAGE;

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locale {
    Chinese,
    English,
}

/// The name of the cookie that keeps the chosen language. `__Host-` where there is TLS, as for the session's.
pub(super) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-usher_lang" } else { "usher_lang" }
}

impl Locale {
    pub(super) const ALL: [Self; 2] = [Self::Chinese, Self::English];

    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Chinese => include_str!("../../../../templates/locales/zh-CN.ftl"),
            Self::English => include_str!("../../../../templates/locales/en.ftl"),
        }
    }

    pub(super) fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// What was chosen, or else what the browser prefers, or else English.
    pub(super) fn of(request: &Request, secure: bool) -> Self {
        let chosen = request.cookie(cookie_name(secure)).and_then(|cookie| Self::tagged(cookie.value()));
        let accepted = || request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok().and_then(Self::preferred);
        chosen.or_else(accepted).unwrap_or(Self::English)
    }

    /// The first of ours by weight, as RFC 9110, section 12.5.4, has it.
    fn preferred(accepted: &str) -> Option<Self> {
        let mut wanted: Vec<(f32, Self)> = accepted
            .split(',')
            .filter_map(|range| {
                let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
                let language = tag.trim().split('-').next()?.to_ascii_lowercase();
                let locale = Self::ALL.into_iter().find(|locale| locale.tag().starts_with(&language))?;
                Some((weight.trim().parse().ok()?, locale)).filter(|_| !language.is_empty())
            })
            .collect();
        wanted.sort_by(|one, other| other.0.total_cmp(&one.0));
        wanted.first().filter(|(weight, _)| *weight > 0.0).map(|(_, locale)| *locale)
    }
}

/// The messages of all languages.
pub(super) struct Messages([(Locale, FluentBundle<FluentResource>); 2]);

impl Messages {
    pub(super) fn new() -> Self {
        Self(Locale::ALL.map(|locale| (locale, bundle(locale))))
    }

    /// A message with its arguments; none if it is missing.
    pub(super) fn say(&self, locale: Locale, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let (_, bundle) = self.0.iter().find(|(of, _)| *of == locale)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}

/// What cannot be read in a file is left out, and a test says so.
fn bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let resource =
        FluentResource::try_new(locale.source().to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = FluentBundle::new_concurrent(locale.tag().parse().into_iter().collect());
    // The arguments are names; marks around them would be copied with them.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(number));
    bundle.add_resource_overriding(resource);
    bundle
}

/// Numbers in messages, as [`grouped`] writes them.
fn number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string())),
        _ => None,
    }
}

/// Digits in groups of three, as both languages write them.
pub(super) fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn keys(locale: Locale) -> BTreeSet<&'static str> {
        // The lines of a selector are indented.
        let entries =
            locale.source().lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        entries.map(|line| line.split_once(" = ").unwrap_or_else(|| panic!("{line}")).0).collect()
    }

    #[test]
    fn every_language_says_everything() {
        assert_eq!(keys(Locale::Chinese), keys(Locale::English));
        let messages = Messages::new();
        for locale in Locale::ALL {
            let mut arguments = FluentArgs::new();
            let named = locale.source().split('$').skip(1).map(|rest| {
                rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default()
            });
            for name in named {
                arguments.set(name, 1);
            }
            for key in keys(locale) {
                let said = messages.say(locale, key, &arguments);
                assert!(said.is_some_and(|text| !text.trim().is_empty()), "{locale:?}: {key}");
            }
        }
    }

    #[test]
    fn numbers_are_grouped_and_agree_with_their_noun() {
        let messages = Messages::new();
        for (locale, action, count, expected) in [
            (Locale::English, "disable", 1, "Disable 1 user?"),
            (Locale::English, "delete", 5_007, "Delete 5,007 users?"),
            (Locale::English, "enable", 999, "Enable 999 users?"),
            (Locale::Chinese, "disable", 1_005_007, "将禁用 1,005,007 名用户"),
        ] {
            let mut arguments = FluentArgs::new();
            arguments.set("action", action);
            arguments.set("count", count);
            assert_eq!(messages.say(locale, "bulk-count", &arguments).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_the_browser_prefers_is_spoken() {
        for (accepted, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Locale::Chinese)),
            ("zh", Some(Locale::Chinese)),
            ("en-GB;q=0.5, zh-TW;q=0.7", Some(Locale::Chinese)),
            ("fr, en;q=0.3", Some(Locale::English)),
            ("fr", None),
            ("zh;q=0", None),
            ("", None),
            (";q=,,;;", None),
        ] {
            assert_eq!(Locale::preferred(accepted), expected, "{accepted}");
        }
    }

    proptest! {
        #[test]
        fn a_language_is_one_that_was_named(accepted in "((zh|en|fr|\\*|[a-z]{0,8})(-[A-Za-z]{0,4})?(;q=[0-9.a-z-]{0,6})?[, ]{0,2}){0,6}|\\PC{0,60}") {
            if let Some(locale) = Locale::preferred(&accepted) {
                let language = &locale.tag()[..1];
                prop_assert!(accepted.to_ascii_lowercase().contains(language), "{accepted}");
            }
        }
    }
}
