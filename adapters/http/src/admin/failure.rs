//! Why a page is not answered as it was asked for, and the one place where that becomes a status and a message.

use std::time::Duration;

use salvo::http::StatusCode;
use usher_domain::Forbidden;
use usher_ports::inbound::AdminRefusal;

use super::request::weakness;

/// Why a request to the administration fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The use case refused it.
    #[error(transparent)]
    Refused(#[from] AdminRefusal),
    /// A change that no page of this session sent.
    #[error("not asked for by a page of this session")]
    CrossSite,
    /// A form that cannot be read, or a field of it.
    #[error("not understood")]
    Malformed,
    /// A body that is larger than what is read.
    #[error("too large")]
    TooLarge,
    /// As many forms with files are worked on as this node takes at once.
    #[error("busy")]
    Busy,
    /// A page that could not be made, which the tests keep from happening.
    #[error("a page: {0:#}")]
    Page(#[from] minijinja::Error),
}

impl From<Forbidden> for Failure {
    fn from(forbidden: Forbidden) -> Self {
        Self::Refused(forbidden.into())
    }
}

/// What is shown for a failure.
pub(super) enum FailureResponse {
    /// Another page.
    Elsewhere(&'static str),
    /// A page with this message, which may name a user, and the time after which another try is worth it.
    Message { status: StatusCode, message: &'static str, name: String, retry_after: Option<Duration> },
}

impl FailureResponse {
    fn message(status: StatusCode, message: &'static str) -> Self {
        Self::Message { status, message, name: String::new(), retry_after: None }
    }

    fn unavailable() -> Self {
        Self::Message {
            status: StatusCode::SERVICE_UNAVAILABLE,
            message: "unavailable",
            name: String::new(),
            retry_after: Some(Duration::from_secs(1)),
        }
    }
}

impl Failure {
    /// What the caller sees.
    ///
    /// # Errors
    /// When it is a page that could not be made: another one could not be made, either.
    pub(super) fn response(self, changes: bool) -> Result<FailureResponse, minijinja::Error> {
        Ok(match self {
            Self::Refused(refusal) => refused(refusal, changes),
            Self::CrossSite => FailureResponse::message(StatusCode::FORBIDDEN, "cross-site"),
            Self::Malformed => FailureResponse::message(StatusCode::UNPROCESSABLE_ENTITY, "bad-request"),
            Self::TooLarge => FailureResponse::message(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            Self::Busy => FailureResponse::unavailable(),
            Self::Page(error) => return Err(error),
        })
    }

    /// Whether it says something about the administrator who asked, and not about this node or its stores.
    pub(super) const fn is_theirs(&self) -> bool {
        !matches!(
            self,
            Self::Busy
                | Self::Page(_)
                | Self::Refused(AdminRefusal::Store(_) | AdminRefusal::Busy | AdminRefusal::SignedOut)
        )
    }

    /// A name for programs that does not change.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::CrossSite => "cross_site",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::Page(_) => "page",
        }
    }
}

fn refused(refusal: AdminRefusal, changes: bool) -> FailureResponse {
    let (status, message) = match refusal {
        AdminRefusal::SignedOut => return FailureResponse::Elsewhere(super::request::LOG_IN),
        AdminRefusal::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        AdminRefusal::NotAPicture => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "avatar-rule"),
        AdminRefusal::PictureTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        // Where there is a page to be shown, it is the one that is missing; a change is refused.
        AdminRefusal::Forbidden(Forbidden::SecondFactor) if !changes => {
            return FailureResponse::Elsewhere(super::request::SECOND_FACTOR);
        }
        AdminRefusal::Forbidden(Forbidden::SecondFactor) => (StatusCode::FORBIDDEN, "factor-required"),
        AdminRefusal::Forbidden(Forbidden::Role(_)) => (StatusCode::FORBIDDEN, "forbidden"),
        AdminRefusal::NotUndoable => (StatusCode::CONFLICT, "not-undoable"),
        AdminRefusal::EndPassed(_) => (StatusCode::UNPROCESSABLE_ENTITY, "until-passed"),
        AdminRefusal::FactorRequired => (StatusCode::CONFLICT, "factor-stays"),
        AdminRefusal::WeakPassword(weak) => (StatusCode::UNPROCESSABLE_ENTITY, weakness(weak)),
        AdminRefusal::Conflict(user) => {
            let (status, name) = (StatusCode::CONFLICT, user.username.to_string());
            return FailureResponse::Message { status, message: "conflict", name, retry_after: None };
        }
        AdminRefusal::LinkGone => (StatusCode::GONE, "link-gone"),
        AdminRefusal::SetUpClosed => (StatusCode::FORBIDDEN, "set-up-closed"),
        AdminRefusal::WrongCredentials => (StatusCode::UNAUTHORIZED, "error-credentials"),
        AdminRefusal::NotApplicable(_)
        | AdminRefusal::UsernameTaken
        | AdminRefusal::NameTaken
        | AdminRefusal::LastOwner => (StatusCode::CONFLICT, "not-applicable"),
        AdminRefusal::RateLimited { retry_after } => {
            let (status, name) = (StatusCode::TOO_MANY_REQUESTS, String::new());
            return FailureResponse::Message {
                status,
                message: "error-many",
                name,
                retry_after: Some(retry_after),
            };
        }
        AdminRefusal::Busy => return FailureResponse::unavailable(),
        AdminRefusal::Store(error) => {
            error.log("a store failed");
            return FailureResponse::unavailable();
        }
    };
    FailureResponse::message(status, message)
}
