//! A call as a page sees it, and what it answers.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use salvo::Request;
use salvo::http::ResBody;
use salvo::http::cookie::time::Duration as CookieAge;
use salvo::http::cookie::{Cookie, SameSite};
use salvo::http::header::CONTENT_TYPE;
use salvo::http::{HeaderMap, Method, StatusCode};
use sha2::{Digest as _, Sha256};
use usher_domain::{Administrator, ClientAddress, Reason, SessionId, SessionSecret, WeakPassword};
use usher_ports::inbound::{AdminRefusal, AdministratorSignedIn};

use super::failure::Failure;
use super::locale::{self, Locale};
use super::pages::{PageContext, Pages, View};
use crate::middleware::ClientAddresses;

/// The largest form that is read, in bytes, without a file.
const MOST_BYTES: usize = 100 * 1024;

/// The largest file that is read, in bytes.
const MOST_FILE: usize = 5 * 1024 * 1024;

/// The front page, where everything leads that leads nowhere else.
pub(super) const FRONT: &str = "/admin/users";

pub(super) const LOG_IN: &str = "/admin/login";

/// Where a second factor is set up.
pub(super) const SECOND_FACTOR: &str = "/admin/account/second-factor";

/// What is said about a password that others would guess.
pub(super) const fn weakness(weak: WeakPassword) -> &'static str {
    match weak {
        WeakPassword::Common => "password-common",
        WeakPassword::Name => "password-name",
    }
}

pub(super) struct AdminRequest {
    /// What was typed or chosen, in its order.
    fields: Vec<(String, String)>,
    /// A file that was sent along.
    pub(super) file: Option<Bytes>,
    /// The variable part of the path, where there is one.
    pub(super) id: Option<String>,
    pub(super) administrator: Option<Administrator>,
    secret: Option<SessionSecret>,
    pub(super) locale: Locale,
    /// Path and query of the page to return to.
    pub(super) return_to: String,
    /// Whether htmx sent it and expects a part of a page.
    pub(super) is_htmx: bool,
    /// Whether it is a POST.
    pub(super) changes: bool,
    /// Whether it came over TLS.
    secure: bool,
    pub(super) from: ClientAddress,
    /// What this browser kept of an earlier login.
    pub(super) browser: Option<String>,
    token: Option<String>,
    mask: [u8; 32],
}

impl AdminRequest {
    /// All of it but the body.
    pub(super) fn new(request: &Request, addresses: &ClientAddresses, mask: [u8; 32]) -> Self {
        let secure = addresses.is_secure(request);
        let header = |name: &str| request.headers().get(name)?.to_str().ok().map(str::to_owned);
        let secret = request.cookie(cookie_name(secure)).and_then(|cookie| read_secret(cookie.value()));
        let return_to = request.uri().path_and_query().map_or(FRONT, |path| path.as_str());
        Self {
            fields: pairs(request.uri().query().unwrap_or_default().as_bytes()),
            file: None,
            id: request.param("id"),
            administrator: None,
            locale: Locale::of(request, secure),
            return_to: return_to.to_owned(),
            is_htmx: header("hx-request").is_some(),
            changes: request.method() == Method::POST,
            from: addresses.of(request),
            browser: request.cookie(browser_cookie(secure)).map(|cookie| cookie.value().to_owned()),
            token: header("x-csrf-token"),
            mask,
            secure,
            secret,
        }
    }

    /// Reads the form. The guard has authorised the request, so a file is not read in vain.
    ///
    /// # Errors
    /// When it is too large or none.
    pub(super) async fn read_form(&mut self, request: &mut Request) -> Result<(), Failure> {
        let most = if self.may_send_files(request) { MOST_FILE } else { 0 } + MOST_BYTES;
        let boundary = boundary(request);
        let bytes = request.payload_with_max_size(most).await.map_err(|_| Failure::TooLarge)?;
        match boundary {
            Some(boundary) => (self.fields, self.file) = parts(bytes.clone(), boundary).await?,
            None => self.fields = pairs(bytes),
        }
        let back = self.raw("back");
        self.return_to = if back.starts_with("/admin/") { back.to_owned() } else { FRONT.to_owned() };
        if self.token.is_none() {
            self.token = Some(self.raw("csrf").to_owned());
        }
        Ok(())
    }

    /// Whether the body may be as large as a file.
    pub(super) fn may_send_files(&self, request: &Request) -> bool {
        self.administrator.is_some() && boundary(request).is_some()
    }

    /// A field of the form or the query; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was sent.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.all(name).last().unwrap_or_default()
    }

    /// Every field of this name.
    pub(super) fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, text)| text.as_str())
    }

    pub(super) const fn secret(&self) -> Option<&SessionSecret> {
        self.secret.as_ref()
    }

    /// The administrator, whom the guard has authenticated.
    ///
    /// # Errors
    /// When no administrator is signed in.
    pub(super) fn signed_in(&self) -> Result<&Administrator, AdminRefusal> {
        self.administrator.as_ref().ok_or(AdminRefusal::SignedOut)
    }

    /// Why something is done, if it is said.
    ///
    /// # Errors
    /// When it is no line.
    pub(super) fn reason(&self) -> Result<Reason, Failure> {
        Reason::parse(self.text("reason")).map_err(|_| Failure::Malformed)
    }

    /// What a form has to send back: known only to the pages of this session. Written differently each
    /// time, so that how well a page is compressed does not tell what it is (BREACH).
    pub(super) fn csrf(&self) -> Option<String> {
        let masked =
            self.expected()?.iter().zip(self.mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<_>>();
        Some(hex::encode(self.mask) + &hex::encode(masked))
    }

    fn expected(&self) -> Option<[u8; 32]> {
        let secret = self.secret.as_ref().filter(|_| self.administrator.is_some())?;
        Some(Sha256::new().chain_update(b"csrf").chain_update(secret.expose()).finalize().into())
    }

    /// Whether the form came from a page of this session. Compared by digest, so that the time tells nothing.
    pub(super) fn is_ours(&self) -> bool {
        match (self.expected(), &self.token) {
            (Some(expected), Some(sent)) => {
                unmasked(sent).is_some_and(|sent| Sha256::digest(expected) == Sha256::digest(sent))
            }
            (Some(_), None) => false,
            // Without a session there is nothing to misuse.
            (None, _) => true,
        }
    }

    /// The cookie that carries a session. `__Host-` keeps other hosts from setting it, where there is TLS.
    pub(super) fn cookie(&self, secret: &SessionSecret) -> Cookie<'static> {
        Cookie::build((cookie_name(self.secure), hex::encode(secret.expose())))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }

    /// The known-browser cookie. It authenticates no one, so it outlives a session.
    pub(super) fn known_by(&self, browser: &str) -> Cookie<'static> {
        let days = AdministratorSignedIn::BROWSER_KNOWN_FOR.as_secs() / (24 * 60 * 60);
        Cookie::build((browser_cookie(self.secure), browser.to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Strict)
            .max_age(CookieAge::days(days.try_into().unwrap_or_default()))
            .build()
    }

    /// The cookie that keeps the chosen language, for a year.
    pub(super) fn speaks(&self, locale: Locale) -> Cookie<'static> {
        Cookie::build((locale::cookie_name(self.secure), locale.tag()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(CookieAge::days(365))
            .build()
    }

    /// What takes away that of a session.
    pub(super) fn no_cookie(&self) -> Cookie<'static> {
        let mut cookie = self.cookie(&SessionSecret::new([0; 32]));
        cookie.make_removal();
        cookie
    }

    /// A page or a part of one.
    ///
    /// # Errors
    /// When it cannot be rendered, which the tests keep from happening.
    pub(super) fn page<V: View>(
        &self,
        pages: &Pages,
        status: StatusCode,
        view: &V,
    ) -> Result<AdminResponse, Failure> {
        let csrf = self.csrf();
        let around = PageContext {
            locale: self.locale,
            administrator: self.administrator.as_ref(),
            csrf: csrf.as_deref(),
            return_to: &self.return_to,
        };
        let body = pages.render(view, &around)?;
        Ok(AdminResponse::of(status, Content::Page(body)))
    }
}

/// What is sent.
pub(super) enum Content {
    /// A page, or a part of one.
    Page(String),
    /// For programs.
    Json(String),
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

/// Whether a page of another site asked for a change. Browsers say where a call comes from, and pages cannot
/// make them say otherwise (Fetch Metadata; where it is too old for that, `Origin`). What is no browser holds no
/// cookie.
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (header("sec-fetch-site"), header("origin")) {
        (Some("same-origin" | "none"), _) | (None, None) => false,
        (Some(_), _) => true,
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_none() || host != header("host")
        }
    }
}

const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-usher_admin" } else { "usher_admin" }
}

const fn browser_cookie(secure: bool) -> &'static str {
    if secure { "__Host-usher_browser" } else { "usher_browser" }
}

fn unmasked(token: &str) -> Option<Vec<u8>> {
    let bytes = hex::decode(token).ok().filter(|bytes| bytes.len() == 64)?;
    Some(bytes[..32].iter().zip(&bytes[32..]).map(|(mask, byte)| mask ^ byte).collect())
}

/// A session's id, as forms carry it.
pub(super) fn session_id(text: &str) -> Option<SessionId> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    Some(SessionId::from_store(bytes))
}

fn read_secret(text: &str) -> Option<SessionSecret> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    Some(SessionSecret::new(bytes))
}

/// The fields of a form with a file in it, and the file, if one was chosen.
async fn parts(bytes: Bytes, boundary: String) -> Result<(Vec<(String, String)>, Option<Bytes>), Failure> {
    let stream = futures_util::stream::once(async { Ok::<_, Infallible>(bytes) });
    let mut form = multer::Multipart::new(stream, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(|_| Failure::Malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = part.bytes().await.map_err(|_| Failure::Malformed)?;
            file = Some(bytes).filter(|bytes| !bytes.is_empty()).or(file);
        } else {
            // As in the other kind of form: UTF-8, whatever the field says of itself, and all of it.
            let bytes = part.bytes().await.map_err(|_| Failure::Malformed)?;
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok((fields, file))
}

/// What separates the fields of a form with files, if this is one.
fn boundary(request: &Request) -> Option<String> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

#[cfg(test)]
mod tests;
