//! A request as a page sees it.

mod cookies;
mod csrf;
mod form;
mod origin;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use jiff::tz::TimeZone;
use salvo::Request;
use salvo::http::{Method, StatusCode};
use usher_domain::{Administrator, ClientAddress, Reason, SessionId, SessionSecret, UserId, WeakPassword};
use usher_ports::inbound::AdminRefusal;

use super::appearance::Appearance;
use super::failure::Failure;
use super::locale::Locale;
use super::pages::{PageContext, Pages, View, carried, zone_named};
use super::response::{AdminResponse, Content};
use crate::middleware::ClientAddresses;
pub(super) use csrf::is_cross_site;
use form::{MOST_READ, Parts, boundary, pairs, parts};
pub(super) use origin::local;

/// The largest form that is read, in bytes, without a file.
const MOST_BYTES: usize = 100 * 1024;

/// The largest file that is read, in bytes.
const MOST_FILE: usize = 5 * 1024 * 1024;

/// The front page, where everything leads that leads nowhere else.
pub(super) const FRONT: &str = "/admin/users";

/// The cookie in which the script keeps the time zone of the browser.
const ZONE: &str = "usher_zone";

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

#[expect(clippy::struct_excessive_bools, reason = "facts about a request that do not depend on each other")]
pub(super) struct AdminRequest {
    /// What was typed or chosen, in its order.
    fields: Vec<(String, String)>,
    /// A file that was sent along.
    pub(super) file: Option<Bytes>,
    /// Whether a file that was sent along is too large.
    pub(super) oversized: bool,
    /// The variable part of the path, where there is one.
    pub(super) id: Option<String>,
    pub(super) administrator: Option<Administrator>,
    secret: Option<SessionSecret>,
    pub(super) locale: Locale,
    appearance: Appearance,
    /// The time zone that the browser named.
    zone: Option<TimeZone>,
    /// Path and query of the page to return to.
    pub(super) return_to: String,
    /// Whether htmx sent it and expects a part of a page.
    pub(super) is_htmx: bool,
    /// The page that sent it, if that is one of ours: where the way leads back to.
    came_from: Option<String>,
    /// Whether a page sent it by itself, without an act of the administrator.
    pub(super) polls: bool,
    /// Whether it is a POST.
    pub(super) changes: bool,
    /// Whether it came over TLS.
    secure: bool,
    /// Which host it was sent to.
    host: String,
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
        let path = request.uri().path_and_query().map_or(FRONT, |path| path.as_str());
        Self {
            fields: pairs(request.uri().query().unwrap_or_default().as_bytes()),
            file: None,
            oversized: false,
            id: request.param("id"),
            administrator: None,
            locale: Locale::of(request, secure),
            appearance: Appearance::of(request),
            zone: request.cookie(ZONE).and_then(|zone| zone_named(zone.value())),
            return_to: without_notice(path),
            is_htmx: header("hx-request").is_some(),
            came_from: header("hx-current-url").or_else(|| header("referer")).and_then(|url| local(&url)),
            polls: header("x-usher-poll").is_some(),
            changes: request.method() == Method::POST,
            from: addresses.of(request),
            browser: cookies::known_browser(request, secure),
            token: header("x-csrf-token"),
            mask,
            secure,
            host: header("host")
                .or_else(|| request.uri().authority().map(ToString::to_string))
                .unwrap_or_default(),
            secret: cookies::session_secret(request, secure),
        }
    }

    /// Reads the form. The guard has authorised the request, so a file is not read in vain.
    ///
    /// # Errors
    /// When it is too large or none.
    pub(super) async fn read_form(&mut self, request: &mut Request) -> Result<(), Failure> {
        if let Some(boundary) = boundary(request) {
            let most = if self.may_send_files(request) { MOST_READ } else { MOST_BYTES };
            let frames = request.take_body().map_ok(|frame| frame.into_data().unwrap_or_default());
            let Parts { fields, file, oversized } = parts(frames, boundary, most).await?;
            (self.fields, self.file, self.oversized) = (fields, file, oversized);
        } else {
            let bytes = request.payload_with_max_size(MOST_BYTES).await.map_err(|_| Failure::TooLarge)?;
            self.fields = pairs(bytes);
        }
        let back = self.raw("back");
        self.return_to = if back.starts_with("/admin/") {
            back.to_owned()
        } else {
            page_of(request.uri().path()).to_owned()
        };
        if self.token.is_none() {
            self.token = Some(self.raw("csrf").to_owned());
        }
        Ok(())
    }

    /// The list that the page was reached from, with its filter.
    pub(super) fn list(&self) -> &str {
        let of_list = |path: &&str| path.split('?').next() == Some(FRONT);
        [self.raw("list"), &self.return_to].into_iter().find(of_list).unwrap_or(FRONT)
    }

    /// The address of a user's page, from which the way leads back to the list with its filter.
    pub(super) fn page_of(&self, user: UserId) -> String {
        format!("{FRONT}/{user}{}", carried(self.list()))
    }

    /// Scheme and host of this service, as the browser has them.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
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

    /// The time zone of what was typed: what the form says, or else the zone of the browser, or else that of the service.
    pub(super) fn zone(&self, pages: &Pages) -> TimeZone {
        let known = zone_named(self.text("zone")).or_else(|| self.zone.clone());
        known.unwrap_or_else(|| pages.zone().clone())
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
            appearance: self.appearance,
            administrator: self.administrator.as_ref(),
            csrf: csrf.as_deref(),
            return_to: &self.return_to,
            list: self.list(),
            zone: &self.zone(pages),
        };
        let body = pages.render(view, &around)?;
        Ok(AdminResponse::of(status, Content::Page(body)))
    }
}

/// The page whose form is sent to a path, where the form does not say.
fn page_of(path: &str) -> &str {
    if path.starts_with(SECOND_FACTOR) {
        return SECOND_FACTOR;
    }
    let pages = [LOG_IN, "/admin/setup", "/admin/administrators", "/admin/account", "/admin/bans"];
    let known = pages.into_iter().find(|page| path.starts_with(page));
    known.unwrap_or(if path.ends_with("/edit") || path.ends_with("/delete") { path } else { FRONT })
}

/// The address of a list without the change that it is to tell of once.
fn without_notice(path: &str) -> String {
    let Some((page, query)) = path.split_once('?').filter(|(_, query)| query.contains("changed=")) else {
        return path.to_owned();
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("changed=")).collect();
    if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) }
}

/// A session's id, as forms carry it.
pub(super) fn session_id(text: &str) -> Option<SessionId> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    Some(SessionId::from_store(bytes))
}

#[cfg(test)]
mod tests;
