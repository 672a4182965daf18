//! An administrator's own account: the password and the sessions.

pub(super) mod factor;

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Administrator, PlainPassword};
use usher_ports::inbound::{AdminRefusal, OwnSession, SecureAccount};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::{AdminRequest, LOG_IN, session_id, weakness};
use super::response::AdminResponse;

/// Where the account is.
const ACCOUNT: &str = "/admin/account";

#[derive(Serialize)]
pub(super) struct AccountView {
    /// How many recovery codes are left; none without a second factor.
    pub(super) codes_left: Option<u32>,
    /// What went wrong with the password.
    pub(super) password_error: Option<&'static str>,
    /// What went wrong with changing the second factor.
    pub(super) factor_error: Option<&'static str>,
    /// Whether there must be one.
    pub(super) required: bool,
    pub(super) sessions: Vec<OwnSessionLine>,
}

#[derive(Serialize)]
pub(super) struct OwnSessionLine {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) started: i64,
    pub(super) seen: i64,
    /// Whether it is the one that asks.
    pub(super) current: bool,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "account.html";
}

fn password(request: &AdminRequest, field: &str) -> Result<PlainPassword, AdminRefusal> {
    PlainPassword::for_administrator(request.raw(field)).map_err(|_| AdminRefusal::WrongCredentials)
}

async fn account_page(
    account: &Arc<dyn SecureAccount>,
    by: &Administrator,
    (password_error, factor_error): (Option<&'static str>, Option<&'static str>),
    request: &AdminRequest,
    pages: &Pages,
) -> Result<AdminResponse, Failure> {
    let security = account.security(by).await?;
    let sessions = account.sessions(by).await?;
    let sessions = sessions.iter().map(|OwnSession { session, current }| OwnSessionLine {
        id: hex::encode(session.id.as_bytes()),
        from: session.from.map(|from| from.to_string()).unwrap_or_default(),
        started: session.started_at.as_millis(),
        seen: session.seen_at.as_millis(),
        current: *current,
    });
    let view = AccountView {
        codes_left: security.recovery_codes,
        required: security.required,
        password_error,
        factor_error,
        sessions: sessions.collect(),
    };
    let wrong = password_error.is_some() || factor_error.is_some();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    request.page(pages, status, &view)
}

/// How the account is secured.
pub(super) struct Account(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for Account {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        account_page(&self.0, request.signed_in()?, (None, None), request, pages).await
    }
}

/// Sets another password.
pub(super) struct ChangePassword(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for ChangePassword {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let by = request.signed_in()?;
        let wrong = async |message| account_page(&self.0, by, (Some(message), None), request, pages).await;
        if request.raw("password") != request.raw("password_again") {
            return wrong("error-password-again").await;
        }
        let Ok(new) = PlainPassword::for_administrator(request.raw("password")) else {
            return wrong("error-password").await;
        };
        let changed = match password(request, "current") {
            Ok(current) => self.0.change_password(by, current, new).await,
            Err(refusal) => Err(refusal),
        };
        match changed {
            Ok(()) => Ok(AdminResponse::see(LOG_IN).with(request.no_cookie())),
            Err(AdminRefusal::WrongCredentials) => wrong("error-current").await,
            Err(AdminRefusal::WeakPassword(weak)) => wrong(weakness(weak)).await,
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Ends one of one's own sessions, or all others.
pub(super) struct EndOwn(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for EndOwn {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let session = match request.text("session") {
            "" => None,
            text => Some(session_id(text).ok_or(AdminRefusal::NotFound)?),
        };
        self.0.end_session(request.signed_in()?, session).await?;
        Ok(AdminResponse::see(ACCOUNT))
    }
}
