//! The administration's cookies.

use salvo::Request;
use salvo::http::cookie::time::Duration as CookieAge;
use salvo::http::cookie::{Cookie, SameSite};
use usher_domain::SessionSecret;
use usher_ports::inbound::AdministratorSignedIn;

use super::AdminRequest;
use crate::admin::locale::{self, Locale};

impl AdminRequest {
    /// The cookie that carries a session. `__Host-` keeps other hosts from setting it, where there is TLS.
    pub(in crate::admin) fn cookie(&self, secret: &SessionSecret) -> Cookie<'static> {
        Cookie::build((cookie_name(self.secure), hex::encode(secret.expose())))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }

    /// The known-browser cookie. It authenticates no one, so it outlives a session.
    pub(in crate::admin) fn known_by(&self, browser: &str) -> Cookie<'static> {
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
    pub(in crate::admin) fn speaks(&self, locale: Locale) -> Cookie<'static> {
        self.chosen(locale::cookie_name(self.secure), locale.tag())
    }

    /// The cookie that keeps a choice of how pages look, for a year.
    pub(in crate::admin) fn looks(&self, choice: &'static str, value: &'static str) -> Cookie<'static> {
        self.chosen(choice, value)
    }

    fn chosen(&self, name: &'static str, value: &'static str) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(CookieAge::days(365))
            .build()
    }

    /// What takes away that of a session.
    pub(in crate::admin) fn no_cookie(&self) -> Cookie<'static> {
        let mut cookie = self.cookie(&SessionSecret::new([0; 32]));
        cookie.make_removal();
        cookie
    }
}

/// The secret of the session that the browser holds.
pub(super) fn session_secret(request: &Request, secure: bool) -> Option<SessionSecret> {
    read_secret(request.cookie(cookie_name(secure))?.value())
}

pub(super) fn read_secret(text: &str) -> Option<SessionSecret> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    Some(SessionSecret::new(bytes))
}

/// What the browser kept of an earlier login.
pub(super) fn known_browser(request: &Request, secure: bool) -> Option<String> {
    request.cookie(browser_cookie(secure)).map(|cookie| cookie.value().to_owned())
}

const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-usher_admin" } else { "usher_admin" }
}

const fn browser_cookie(secure: bool) -> &'static str {
    if secure { "__Host-usher_browser" } else { "usher_browser" }
}
