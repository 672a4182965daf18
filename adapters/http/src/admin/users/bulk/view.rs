//! What a bulk change shows: the question, how far it is, and who could not be changed.

use serde::Serialize;
use usher_ports::inbound::AdminRefusal;

use super::super::Query;
use crate::admin::pages::View;

/// How far it is, and what was asked for.
#[derive(Serialize)]
pub(in crate::admin) struct BulkView {
    pub(in crate::admin) query: Query,
    pub(in crate::admin) action: &'static str,
    pub(in crate::admin) reason: String,
    /// The chosen users still to be changed; empty if it is all that match the filter.
    pub(in crate::admin) ids: Vec<String>,
    pub(in crate::admin) everybody: bool,
    /// How many there are; none if they are more than are counted.
    pub(in crate::admin) total: Option<u32>,
    pub(in crate::admin) done: u32,
    /// How many of them were left as they were: disabled already, or with a ban of their own.
    pub(in crate::admin) left: u32,
    /// Whether enabling also ends bans that have an end or a reason.
    pub(in crate::admin) bans: bool,
    /// The filter, each part with the key of its name, and of its value where that has one.
    pub(in crate::admin) filter: Vec<(&'static str, String, Option<String>)>,
    /// The number to type before so many are deleted.
    pub(in crate::admin) ask: Option<u32>,
    /// What was typed.
    pub(in crate::admin) confirm: String,
    /// A message, if the number is another one.
    pub(in crate::admin) error: Option<&'static str>,
    /// Those that could not be changed, as far as they are named.
    pub(in crate::admin) failed: Vec<Failed>,
    /// How many they are.
    pub(in crate::admin) failures: u32,
    /// The id below which it goes on.
    pub(in crate::admin) before: String,
    pub(in crate::admin) state: Progress,
    /// Where the list is.
    pub(in crate::admin) list: String,
}

/// A user who could not be changed.
#[derive(Serialize)]
pub(in crate::admin) struct Failed {
    pub(in crate::admin) name: String,
    /// The message that says why.
    pub(in crate::admin) why: &'static str,
}

impl Failed {
    const WHY: [&str; 3] = ["not-found", "not-applicable", "unavailable"];

    /// # Errors
    /// The refusal, where it concerns the administrator or this node: the next users would not be changed, either.
    pub(super) fn of(name: String, refusal: AdminRefusal) -> Result<Self, AdminRefusal> {
        let why = match refusal {
            AdminRefusal::NotFound => "not-found",
            AdminRefusal::NotApplicable(_) => "not-applicable",
            // Another try can succeed.
            AdminRefusal::Conflict(_) | AdminRefusal::Busy => "unavailable",
            AdminRefusal::NotAPicture
            | AdminRefusal::PictureTooLarge
            | AdminRefusal::Forbidden(_)
            | AdminRefusal::FactorRequired
            | AdminRefusal::WeakPassword(_)
            | AdminRefusal::NameTaken
            | AdminRefusal::LastOwner
            | AdminRefusal::NotUndoable
            | AdminRefusal::EndPassed(_)
            | AdminRefusal::SetUpClosed
            | AdminRefusal::WrongCredentials
            | AdminRefusal::SignedOut
            | AdminRefusal::RateLimited { .. }
            | AdminRefusal::UsernameTaken
            | AdminRefusal::Store(_) => return Err(refusal),
        };
        Ok(Self { name, why })
    }

    /// As the form of the page before wrote it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (why, name) = text.split_once(' ')?;
        let why = Self::WHY.into_iter().find(|known| *known == why)?;
        Some(Self { name: name.to_owned(), why })
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::admin) enum Progress {
    Asked,
    Running,
    Finished,
}

impl View for BulkView {
    const TEMPLATE: &'static str = "bulk.html";
}

/// The same, as a part of the page.
#[derive(Serialize)]
#[serde(transparent)]
pub(in crate::admin) struct BulkPart(pub(in crate::admin) BulkView);

impl View for BulkPart {
    const TEMPLATE: &'static str = "bulk_progress.html";
}
