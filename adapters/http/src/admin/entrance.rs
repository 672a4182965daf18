//! In and out, and the language.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AdministratorName, OneTimeCode, PlainPassword};
use usher_ports::inbound::{
    AdminRefusal, AdministratorCredentials, AdministratorSignedIn, AuthenticateAdministrator,
};

use super::call::{Answer, Call, FRONT, LOG_IN, weakness};
use super::failure::Failure;
use super::guard::Page;
use super::locale::Locale;
use super::pages::{Pages, View};

#[derive(Serialize)]
pub(super) struct LogInView<'a> {
    pub(super) name: &'a str,
    /// A message, if it went wrong.
    pub(super) error: Option<&'static str>,
}

impl View for LogInView<'_> {
    const TEMPLATE: &'static str = "log_in.html";
}

#[derive(Serialize)]
pub(super) struct SetUpView<'a> {
    pub(super) code: &'a str,
    pub(super) name: &'a str,
    pub(super) error: Option<&'static str>,
}

impl View for SetUpView<'_> {
    const TEMPLATE: &'static str = "set_up.html";
}

/// The form of the first administrator.
pub(super) struct SetUpForm {
    pub(super) authenticate_administrator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for SetUpForm {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        if !self.authenticate_administrator.is_to_be_set_up().await? {
            return Err(AdminRefusal::SetUpClosed.into());
        }
        call.page(pages, StatusCode::OK, &SetUpView { code: call.text("code"), name: "", error: None })
    }
}

/// Makes the first administrator.
pub(super) struct SetUp {
    pub(super) authenticate_administrator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for SetUp {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        let wrong = |error| {
            let view = SetUpView { code: call.text("code"), name: call.text("username"), error: Some(error) };
            call.page(pages, StatusCode::UNPROCESSABLE_ENTITY, &view)
        };
        if call.raw("password") != call.raw("password_again") {
            return wrong("error-password-again");
        }
        match credentials(call) {
            Ok(credentials) => {
                match self.authenticate_administrator.set_up(call.text("code"), credentials).await {
                    Ok(come) => Ok(enter(call, &come)),
                    Err(AdminRefusal::WeakPassword(weak)) => wrong(weakness(weak)),
                    Err(refusal) => Err(refusal.into()),
                }
            }
            Err(error) => wrong(error),
        }
    }
}

/// The form to log in.
pub(super) struct LogInForm;

#[async_trait]
impl Page for LogInForm {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        if call.administrator.is_some() {
            return Ok(Answer::see(FRONT));
        }
        call.page(pages, StatusCode::OK, &LogInView { name: "", error: None })
    }
}

/// Logs in.
pub(super) struct LogIn {
    pub(super) authenticate_administrator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for LogIn {
    async fn answer(&self, call: &Call, pages: &Pages) -> Result<Answer, Failure> {
        // What cannot be a name or a password is nobody's; it is not said which.
        let come = match credentials(call) {
            Ok(credentials) => self.authenticate_administrator.log_in(credentials).await,
            Err(_) => Err(AdminRefusal::WrongCredentials),
        };
        match come {
            Ok(come) => {
                // The new session takes the place of the one that this browser had.
                if let Some(before) = &call.administrator {
                    self.authenticate_administrator.log_out(before, false).await?;
                }
                Ok(enter(call, &come))
            }
            Err(AdminRefusal::WrongCredentials) => {
                let view = LogInView { name: call.text("username"), error: Some("error-credentials") };
                call.page(pages, StatusCode::UNAUTHORIZED, &view)
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Logs out, here or everywhere.
pub(super) struct LogOut {
    pub(super) authenticate_administrator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for LogOut {
    async fn answer(&self, call: &Call, _: &Pages) -> Result<Answer, Failure> {
        self.authenticate_administrator.log_out(call.signed_in()?, call.text("everywhere") == "1").await?;
        Ok(Answer::see(LOG_IN).with(call.no_cookie()).forgetting())
    }
}

/// Chooses the language.
pub(super) struct Language;

#[async_trait]
impl Page for Language {
    async fn answer(&self, call: &Call, _: &Pages) -> Result<Answer, Failure> {
        let locale = Locale::tagged(call.text("lang")).unwrap_or(call.locale);
        Ok(Answer::see(&call.here).with(call.speaks(locale)))
    }
}

fn credentials(call: &Call) -> Result<AdministratorCredentials, &'static str> {
    Ok(AdministratorCredentials {
        name: AdministratorName::parse(call.text("username")).map_err(|_| "error-name")?,
        password: PlainPassword::for_administrator(call.raw("password")).map_err(|_| "error-password")?,
        code: OneTimeCode::parse(call.text("code")),
        browser: call.browser.clone(),
        from: call.from,
    })
}

fn enter(call: &Call, come: &AdministratorSignedIn) -> Answer {
    Answer::see(FRONT).with(call.cookie(&come.secret)).with(call.known_by(&come.browser))
}
