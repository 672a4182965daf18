//! What stands before every page: who asks, may they, and does it come from our own pages.

use std::sync::Arc;
use std::time::Duration;

use salvo::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName,
    HeaderValue, LOCATION, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use salvo::http::{Method, ResBody, StatusCode};
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use usher_domain::{Administrator, AdministratorRole, Forbidden, RefusalReason};
use usher_ports::inbound::{AdminRefusal, AuthenticateAdministrator, ReviewAudit};

use usher_ports::IdSource;

use super::Access;
use super::failure::{Failure, FailureResponse};
use super::pages::{Pages, View};
use super::request::{AdminRequest, LOG_IN, is_cross_site};
use super::response::{AdminResponse, Content};
use crate::middleware::{ClientAddresses, Refused};

/// A route of the administration, without what stands before it.
#[async_trait]
pub(super) trait Page: Send + Sync + 'static {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure>;
}

pub(super) struct Guarded {
    pub(super) page: Arc<dyn Page>,
    pub(super) access: Access,
    pub(super) authenticator: Arc<dyn AuthenticateAdministrator>,
    pub(super) audit: Arc<dyn ReviewAudit>,
    pub(super) pages: Arc<Pages>,
    pub(super) addresses: Arc<ClientAddresses>,
    pub(super) ids: Arc<dyn IdSource>,
    /// Forms with files in them that are read and worked on, of all routes together.
    pub(super) uploads: Arc<Semaphore>,
}

/// How many forms with files are taken at once, each of them some megabytes, and how long another one waits.
pub(super) const UPLOADS: usize = 4;
const UPLOAD_PATIENCE: Duration = Duration::from_secs(5);

/// How many characters of a path are written down.
const MOST_NOTED: usize = 200;

/// Where the first administrator is made.
const SET_UP: &str = "/admin/setup";

/// Where the holder of a one-time link chooses a password.
pub(super) const INVITATION: &str = "/admin/invitation";

/// The only page that hands out more than it shows, as a download.
const EXPORT: &str = "/admin/users.csv";

/// A page that says one thing.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) message: &'static str,
    pub(super) name: &'a str,
}

impl View for Message<'_> {
    const TEMPLATE: &'static str = "message.html";
}

#[async_trait]
impl Handler for Guarded {
    async fn handle(&self, raw: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        protect(response.headers_mut());
        // The set-up code, or the secret of an invitation, stands in the page's address, and the form proves itself by it: without a referrer browsers say
        // of a form that it comes from `null`.
        let by_code = matches!(raw.uri().path(), SET_UP | INVITATION);
        if by_code {
            response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        let changes = raw.method() == Method::POST;
        let held = changes && !by_code || raw.uri().path() == EXPORT;
        let cross_site = held && is_cross_site(raw.headers());
        let what = format!("{} {}", raw.method(), raw.uri().path());
        let mut request = AdminRequest::new(raw, &self.addresses, *self.ids.session_secret().expose());
        let answer = match self.admit(&mut request, raw, cross_site).await {
            Ok(upload) => {
                let answer = self.page.answer(&request, &self.pages).await;
                drop(upload);
                answer
            }
            Err(failure) => Err(failure),
        };
        if let Err(failure) = &answer {
            self.note(&request, &what, failure).await;
            response.extensions.insert(Refused { code: failure.code(), reason: RefusalReason::Other });
        }
        match answer.or_else(|failure| self.show(&request, failure)) {
            Ok(answer) => give(answer, &request, response),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a page could not be made");
                response.status_code(StatusCode::INTERNAL_SERVER_ERROR);
            }
        }
    }
}

impl Guarded {
    /// Authenticates and authorises a request. A form with files keeps its place among those.
    async fn admit(
        &self,
        request: &mut AdminRequest,
        raw: &mut Request,
        cross_site: bool,
    ) -> Result<Option<OwnedSemaphorePermit>, Failure> {
        if cross_site {
            return Err(Failure::CrossSite);
        }
        if let Some(secret) = request.secret() {
            match self.authenticator.authenticate(secret, request.from, !request.polls).await {
                Ok(administrator) => request.administrator = Some(administrator),
                Err(AdminRefusal::SignedOut) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
        match self.access {
            Access::Public => {}
            Access::SignedIn => drop(request.signed_in()?),
            Access::From(role) => may(request.signed_in()?, role)?,
        }
        if raw.method() != Method::POST {
            return Ok(None);
        }
        let upload = if request.may_send_files(raw) { Some(self.place().await?) } else { None };
        request.read_form(raw).await?;
        // The login form proves itself by a password, and may be older than the session that it replaces.
        let by_password = raw.uri().path() == LOG_IN;
        if by_password || request.is_ours() { Ok(upload) } else { Err(Failure::CrossSite) }
    }

    /// A place for a form with files. The body is not read before there is one.
    async fn place(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let place = tokio::time::timeout(UPLOAD_PATIENCE, Arc::clone(&self.uploads).acquire_owned()).await;
        place.ok().and_then(Result::ok).ok_or(Failure::Busy)
    }

    /// Writes down what an administrator tried in vain: a change, or to see what the role does not allow.
    async fn note(&self, request: &AdminRequest, what: &str, failure: &Failure) {
        let role = matches!(failure, Failure::Refused(AdminRefusal::Forbidden(Forbidden::Role(_))));
        let tried = (request.changes || role) && failure.is_theirs();
        if let Some(administrator) = request.administrator.as_ref().filter(|_| tried) {
            let what: String = what.chars().take(MOST_NOTED).collect();
            self.audit.refused(administrator, &what, &failure.to_string()).await;
        }
    }

    fn show(&self, request: &AdminRequest, failure: Failure) -> Result<AdminResponse, Failure> {
        if matches!(failure, Failure::Refused(AdminRefusal::SignedOut)) {
            return Ok(AdminResponse::see(&request.log_in_address()));
        }
        match failure.response(request.changes)? {
            FailureResponse::Elsewhere(path) => Ok(AdminResponse::see(path)),
            FailureResponse::Message { status, message, name, retry_after } => {
                let answer = request.page(&self.pages, status, &Message { message, name: &name })?;
                Ok(AdminResponse { retry_after, ..answer })
            }
        }
    }
}

fn may(administrator: &Administrator, role: AdministratorRole) -> Result<(), Forbidden> {
    match role {
        AdministratorRole::Viewer => administrator.viewing().map(drop),
        AdministratorRole::Operator => administrator.operating().map(drop),
        AdministratorRole::Owner => administrator.owning().map(drop),
    }
}

/// Nothing is loaded from elsewhere, nothing runs that is not a file of ours, no site can frame the page, nothing is cached.
pub(super) fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept, hx-request, accept-language, cookie"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

pub(super) fn give(answer: AdminResponse, request: &AdminRequest, response: &mut Response) {
    let headers = response.headers_mut();
    // In their order, which a jar does not keep.
    let cookies = answer.cookies.iter().map(ToString::to_string);
    for cookie in cookies.filter_map(|text| HeaderValue::from_str(&text).ok()) {
        headers.append(SET_COOKIE, cookie);
    }
    if answer.forgets {
        // Not "cookies": browsers would also remove those of other services under the same domain, and ours of the known
        // browser.
        let what = HeaderValue::from_static("\"cache\", \"storage\"");
        headers.insert(HeaderName::from_static("clear-site-data"), what);
    }
    let mut status = answer.status;
    if let Some(location) = answer.location.and_then(|path| HeaderValue::from_str(&path).ok()) {
        // htmx would follow the redirect by itself and swap the page into a row.
        if request.is_htmx {
            headers.insert(HeaderName::from_static("hx-redirect"), location);
            status = StatusCode::OK;
        } else {
            headers.insert(LOCATION, location);
        }
    }
    if let Some(after) = answer.retry_after {
        let seconds = after.as_millis().div_ceil(1_000).max(1).to_string();
        headers.extend(HeaderValue::from_str(&seconds).ok().map(|value| (RETRY_AFTER, value)));
    }
    let (kind, body) = match answer.body {
        Content::Page(page) => ("text/html; charset=utf-8", ResBody::from(page)),
        Content::Json(text) => ("application/json; charset=utf-8", ResBody::from(text)),
        Content::Download { name, json } => {
            let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            headers.extend(disposition.ok().map(|value| (CONTENT_DISPOSITION, value)));
            ("application/json; charset=utf-8", ResBody::from(json))
        }
        Content::Csv(table) => {
            let name = HeaderValue::from_static("attachment; filename=\"users.csv\"");
            headers.insert(CONTENT_DISPOSITION, name);
            ("text/csv; charset=utf-8", table)
        }
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.status_code(status);
    response.body(body);
}
