//! The laws of [`KnownBrowsers`].

use std::sync::Arc;

use usher_domain::AdministratorName;

use super::{NOW, later};
use crate::outbound::KnownBrowsers;

/// Those of one installation, and of another.
pub struct Browsers {
    /// Of this one.
    pub ours: Arc<dyn KnownBrowsers>,
    /// Of this one, after its key was replaced.
    pub after: Arc<dyn KnownBrowsers>,
    /// Of another one.
    pub others: Arc<dyn KnownBrowsers>,
}

fn ann() -> AdministratorName {
    AdministratorName::parse("ann@example.com").expect("a name")
}

/// What was issued is read, also after the key was replaced, and only by this installation.
pub async fn what_was_issued_is_read(browsers: &Browsers) {
    let text = browsers.ours.issue(&ann(), NOW);
    assert_eq!(browsers.ours.read(&text), Some((ann(), NOW)));
    assert_eq!(browsers.after.read(&text), Some((ann(), NOW)));
    assert_eq!(browsers.others.read(&text), None);
    assert_ne!(text, browsers.ours.issue(&ann(), later(1)));
}

/// No character of it can be another one.
pub async fn what_was_changed_is_not_read(browsers: &Browsers) {
    let text = browsers.ours.issue(&ann(), NOW);
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).expect("text");
        let read = browsers.ours.read(&changed);
        // The last character of a part has bits that stand for nothing.
        assert!(read.is_none() || read == Some((ann(), NOW)), "{changed}");
    }
    for none in ["", ".", "..", "ann@example.com", &text[1..], &format!("{text}.{text}")] {
        assert_eq!(browsers.ours.read(none), None, "{none}");
    }
}

/// Tests known browsers: `browsers_contract!(hmac, setup())`, where the setup yields `(Browsers, guard)`.
#[macro_export]
macro_rules! browsers_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            browsers,
            [what_was_issued_is_read, what_was_changed_is_not_read]
        );
    };
}
