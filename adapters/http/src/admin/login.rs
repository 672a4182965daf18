//! In and out, and the language.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{AdministratorName, OneTimeCode, PlainPassword};
use usher_ports::inbound::{
    AdminRefusal, AdministratorCredentials, AdministratorSignedIn, AuthenticateAdministrator,
};

use super::failure::Failure;
use super::guard::{Message, Page};
use super::locale::Locale;
use super::pages::{Pages, View};
use super::request::{AdminRequest, FRONT, LOG_IN, weakness};
use super::response::AdminResponse;

#[derive(Serialize)]
pub(super) struct LogInView<'a> {
    pub(super) name: &'a str,
    /// A message, if it went wrong.
    pub(super) error: Option<&'static str>,
    /// The page to show afterwards, if one was asked for.
    pub(super) next: Option<String>,
    /// Whether there is no administrator yet.
    pub(super) set_up: bool,
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
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for SetUpForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        if !self.authenticator.is_to_be_set_up().await? {
            return Err(AdminRefusal::SetUpClosed.into());
        }
        let code = request.text("code");
        if !code.is_empty() && !self.authenticator.is_set_up_code(code, request.from).await? {
            return request.page(
                pages,
                StatusCode::FORBIDDEN,
                &Message { message: "set-up-wrong", name: "" },
            );
        }
        request.page(pages, StatusCode::OK, &SetUpView { code, name: "", error: None })
    }
}

/// Makes the first administrator.
pub(super) struct SetUp {
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for SetUp {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let wrong = |error| {
            let view =
                SetUpView { code: request.text("code"), name: request.text("username"), error: Some(error) };
            request.page(pages, StatusCode::UNPROCESSABLE_ENTITY, &view)
        };
        if request.raw("password") != request.raw("password_again") {
            return wrong("error-password-again");
        }
        match credentials(request) {
            Ok(credentials) => match self.authenticator.set_up(request.text("code"), credentials).await {
                Ok(come) => Ok(enter(request, &come)),
                Err(AdminRefusal::WeakPassword(weak)) => wrong(weakness(weak)),
                Err(refusal) => Err(refusal.into()),
            },
            Err(error) => wrong(error),
        }
    }
}

/// The form to log in.
pub(super) struct LogInForm {
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for LogInForm {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        if request.administrator.is_some() {
            return Ok(AdminResponse::see(request.next().as_deref().unwrap_or(FRONT)));
        }
        // The form is shown without a store, too.
        let set_up = self.authenticator.is_to_be_set_up().await.unwrap_or(false);
        let view = LogInView { name: "", error: None, next: request.next(), set_up };
        request.page(pages, StatusCode::OK, &view)
    }
}

/// Logs in.
pub(super) struct LogIn {
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for LogIn {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        // An invalid name or password matches no account; the answer does not say which is wrong.
        let come = match credentials(request) {
            Ok(credentials) => self.authenticator.log_in(credentials).await,
            Err(_) => Err(AdminRefusal::WrongCredentials),
        };
        match come {
            Ok(come) => {
                // The new session takes the place of the one that this browser had.
                if let Some(before) = &request.administrator {
                    self.authenticator.log_out(before, false).await?;
                }
                Ok(enter(request, &come))
            }
            Err(AdminRefusal::WrongCredentials) => {
                let (name, next) = (request.text("username"), request.next());
                let view = LogInView { name, error: Some("error-credentials"), next, set_up: false };
                request.page(pages, StatusCode::UNAUTHORIZED, &view)
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Logs out, here or everywhere.
pub(super) struct LogOut {
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
}

#[async_trait]
impl Page for LogOut {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        self.authenticator.log_out(request.signed_in()?, request.text("everywhere") == "1").await?;
        Ok(AdminResponse::see(LOG_IN).with(request.no_cookie()).forgetting())
    }
}

/// Chooses the language.
pub(super) struct Language;

#[async_trait]
impl Page for Language {
    async fn answer(&self, request: &AdminRequest, _: &Pages) -> Result<AdminResponse, Failure> {
        let locale = Locale::tagged(request.text("lang")).unwrap_or(request.locale);
        Ok(AdminResponse::see(&request.return_to).with(request.speaks(locale)))
    }
}

fn credentials(request: &AdminRequest) -> Result<AdministratorCredentials, &'static str> {
    Ok(AdministratorCredentials {
        name: AdministratorName::parse(request.text("username")).map_err(|_| "error-name")?,
        password: PlainPassword::for_administrator(request.raw("password")).map_err(|_| "error-password")?,
        code: OneTimeCode::parse(request.text("code")),
        browser: request.browser.clone(),
        from: request.from,
    })
}

fn enter(request: &AdminRequest, come: &AdministratorSignedIn) -> AdminResponse {
    let page = request.next();
    AdminResponse::see(page.as_deref().unwrap_or(FRONT))
        .with(request.cookie(&come.secret))
        .with(request.known_by(&come.browser))
}
