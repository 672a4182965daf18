use std::time::Duration;

use usher_domain::{
    EndPassed, Ended, Forbidden, ManagedUser, NotApplicable, RefusalReason, SignatureRefused, WeakPassword,
};

use crate::StoreError;

/// Why a client's request is refused. The adapter maps all variants to responses in one place.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The signature or what it covers is not valid.
    #[error(transparent)]
    Signature(#[from] SignatureRefused),
    /// The signature was used before.
    #[error("the signature was used before")]
    Replayed,
    /// A quota is used up.
    #[error("too many calls; again in {retry_after:?}")]
    RateLimited {
        /// When the next call will be granted.
        retry_after: Duration,
    },
    /// Another user has this name.
    #[error("the username is taken")]
    UsernameTaken,
    /// No such account, or it may not be used.
    #[error("the account is unknown or may not be used")]
    AccountUnavailable,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The token is not ours, or its session was ended.
    #[error("the token is not valid")]
    TokenInvalid,
    /// The session expired.
    #[error("the token expired")]
    TokenExpired,
    /// The session's account is deleted or disabled.
    #[error("the session's account is deleted or disabled")]
    UserDisabled,
    /// A visitor asked for what only registered users may have.
    #[error("only for registered users")]
    UserRequired,
    /// There is no such user.
    #[error("not found")]
    NotFound,
    /// The node's queue of password checks is full.
    #[error("busy")]
    Busy,
    /// A store failed. The cause is for the log, never for the caller.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    /// A stable name for programs, independent of the message.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signature(SignatureRefused::Wrong) => "signature_wrong",
            Self::Signature(SignatureRefused::Stale) => "signature_stale",
            Self::Signature(SignatureRefused::Device) => "device_invalid",
            Self::Replayed => "signature_used",
            Self::RateLimited { .. } => "rate_limited",
            Self::UsernameTaken => "username_taken",
            Self::AccountUnavailable => "account_unavailable",
            Self::WrongPassword => "wrong_password",
            Self::TokenInvalid => "token_invalid",
            Self::TokenExpired => "token_expired",
            Self::UserDisabled => "user_disabled",
            Self::UserRequired => "user_required",
            Self::NotFound => "not_found",
            Self::Busy => "busy",
            Self::Store(_) => "store",
        }
    }

    /// What the statistics count it as.
    pub const fn reason(&self) -> RefusalReason {
        match self {
            Self::Signature(_) | Self::Replayed => RefusalReason::Signature,
            Self::RateLimited { .. } => RefusalReason::RateLimit,
            Self::UsernameTaken => RefusalReason::Input,
            Self::AccountUnavailable | Self::UserDisabled | Self::NotFound => RefusalReason::Account,
            Self::WrongPassword => RefusalReason::Password,
            Self::TokenInvalid | Self::TokenExpired | Self::UserRequired => RefusalReason::Token,
            Self::Busy | Self::Store(_) => RefusalReason::Other,
        }
    }
}

impl From<Ended> for Refusal {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Expired => Self::TokenExpired,
            Ended::Revoked => Self::TokenInvalid,
        }
    }
}

/// Why an administrator's request is refused.
#[derive(Debug, thiserror::Error)]
pub enum AdminRefusal {
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// Another administrator changed the user in the meantime; holds the current state.
    #[error("the user was changed in the meantime")]
    Conflict(Box<ManagedUser>),
    /// What was sent is no picture of a kind that is taken.
    #[error("not a PNG, JPEG or WebP picture")]
    NotAPicture,
    /// The picture is larger than what is taken.
    #[error("too large")]
    PictureTooLarge,
    /// The role is too low.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The second factor is required and cannot be turned off.
    #[error("a second factor is required")]
    FactorRequired,
    /// A new password that others would guess.
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    /// Another administrator has this name.
    #[error("the name is taken")]
    NameTaken,
    /// No owner would be left.
    #[error("the last owner cannot be removed")]
    LastOwner,
    /// The one-time link was used, withdrawn or replaced, has expired, or never existed.
    #[error("the link does not work")]
    LinkGone,
    /// The code is not that of the set-up link, or an administrator exists already.
    #[error("the set-up is closed")]
    SetUpClosed,
    /// There is no such administrator, or the password is wrong.
    #[error("name or password is wrong")]
    WrongCredentials,
    /// There is no such session.
    #[error("not signed in")]
    SignedOut,
    /// A quota is used up.
    #[error("too many calls; again in {retry_after:?}")]
    RateLimited {
        /// When the next call will be granted.
        retry_after: Duration,
    },
    /// That cannot be changed about this account.
    #[error(transparent)]
    NotApplicable(#[from] NotApplicable),
    /// The job runs, or what it changed can no longer be brought back.
    #[error("the job cannot be undone")]
    NotUndoable,
    /// A ban would end at a time that is over.
    #[error(transparent)]
    EndPassed(#[from] EndPassed),
    /// Another user has this name.
    #[error("the username is taken")]
    UsernameTaken,
    /// The node's queue of passwords to hash is full.
    #[error("busy")]
    Busy,
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AdminRefusal {
    /// A stable name for programs, independent of the message.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict(_) => "conflict",
            Self::NotAPicture => "not_a_picture",
            Self::PictureTooLarge => "picture_too_large",
            Self::Forbidden(Forbidden::Role(_)) => "role_too_low",
            Self::Forbidden(Forbidden::SecondFactor) => "second_factor_missing",
            Self::FactorRequired => "second_factor_required",
            Self::WeakPassword(_) => "weak_password",
            Self::NameTaken => "name_taken",
            Self::LastOwner => "last_owner",
            Self::LinkGone => "link_gone",
            Self::SetUpClosed => "set_up_closed",
            Self::WrongCredentials => "wrong_credentials",
            Self::SignedOut => "signed_out",
            Self::RateLimited { .. } => "rate_limited",
            Self::NotApplicable(_) => "not_applicable",
            Self::NotUndoable => "not_undoable",
            Self::EndPassed(_) => "end_passed",
            Self::UsernameTaken => "username_taken",
            Self::Busy => "busy",
            Self::Store(_) => "store",
        }
    }
}
