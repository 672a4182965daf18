//! What a page answers.

use std::time::Duration;

use salvo::http::cookie::Cookie;
use salvo::http::{ResBody, StatusCode};

/// What is sent.
pub(super) enum Content {
    /// A page, or a part of one.
    Page(String),
    /// For programs.
    Json(String),
    /// A file for programs.
    Download { name: String, json: String },
    /// A table that is written while it is read.
    Csv(ResBody),
}

pub(super) struct AdminResponse {
    pub(super) status: StatusCode,
    pub(super) body: Content,
    pub(super) location: Option<String>,
    pub(super) cookies: Vec<Cookie<'static>>,
    pub(super) retry_after: Option<Duration>,
    /// Whether the browser is to forget what it keeps of earlier pages.
    pub(super) forgets: bool,
}

impl AdminResponse {
    pub(super) const fn of(status: StatusCode, body: Content) -> Self {
        Self { status, body, location: None, cookies: Vec::new(), retry_after: None, forgets: false }
    }

    /// To another page, by GET.
    pub(super) fn see(path: &str) -> Self {
        let location = Some(path.to_owned());
        Self { location, ..Self::of(StatusCode::SEE_OTHER, Content::Page(String::new())) }
    }

    pub(super) const fn forgetting(mut self) -> Self {
        self.forgets = true;
        self
    }

    pub(super) fn with(mut self, cookie: Cookie<'static>) -> Self {
        self.cookies.push(cookie);
        self
    }
}
