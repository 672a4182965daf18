//! What is said about a change, and how it is taken back.

use serde::Serialize;
use usher_domain::{ManagedUser, Status};

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
}

impl Notice {
    /// The status was changed.
    pub(super) fn changed(user: &ManagedUser) -> Self {
        let enabled = user.status == Status::Enabled;
        Self {
            message: if enabled { "user-enabled" } else { "user-disabled" },
            name: user.username.to_string(),
            undo: Some(Undo { id: user.id.0, version: user.version.0, enabled: !enabled }),
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
