//! What is said about a change, and how it is taken back.

use std::fmt;

use serde::Serialize;
use usher_domain::{ManagedUser, Status, Timestamp};

use super::Row;
use crate::admin::pages::View;

/// What is said about a change.
#[derive(Serialize)]
pub(in crate::admin) struct Notice {
    pub(in crate::admin) message: &'static str,
    pub(in crate::admin) name: String,
    pub(in crate::admin) undo: Option<Undo>,
}

/// How a change is taken back.
#[derive(Serialize)]
pub(in crate::admin) struct Undo {
    pub(in crate::admin) id: i64,
    pub(in crate::admin) version: i64,
    pub(in crate::admin) enabled: bool,
    /// The ban that comes back with a disabled state.
    pub(in crate::admin) ban: Ban,
}

/// The end and the reason of a ban.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(in crate::admin) struct Ban {
    /// In Unix milliseconds.
    pub(in crate::admin) until: Option<i64>,
    pub(in crate::admin) reason: String,
}

impl Ban {
    pub(super) fn of(user: &ManagedUser) -> Self {
        let until = user.disabled_until.map(Timestamp::as_millis);
        Self { until, reason: user.disabled_reason.as_str().to_owned() }
    }

    /// As an address carries it.
    pub(super) fn parse(text: &str) -> Self {
        let (until, reason) = text.split_once('.').unwrap_or((text, ""));
        Self { until: until.parse().ok(), reason: reason.to_owned() }
    }
}

impl fmt::Display for Ban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.until.map(|until| until.to_string()).unwrap_or_default();
        write!(f, "{until}.{}", self.reason)
    }
}

impl Notice {
    /// The status was changed, from one with this ban if it is enabled now.
    pub(super) fn changed(user: &ManagedUser, before: Ban) -> Self {
        let enabled = user.status == Status::Enabled;
        Self {
            message: if enabled { "user-enabled" } else { "user-disabled" },
            name: user.username.to_string(),
            undo: Some(Undo { id: user.id.0, version: user.version.0, enabled: !enabled, ban: before }),
        }
    }

    /// It was not: another change came before.
    pub(super) fn conflict(user: &ManagedUser) -> Self {
        Self { message: "conflict", name: user.username.to_string(), undo: None }
    }
}

/// The row as it is now, and what is said about it.
#[derive(Serialize)]
pub(in crate::admin) struct Toggled {
    pub(in crate::admin) user: Row,
    pub(in crate::admin) notice: Notice,
}

impl View for Toggled {
    const TEMPLATE: &'static str = "toggled.html";
}
