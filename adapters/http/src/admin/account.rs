//! An administrator's own account: the password and the second factor.

use std::sync::Arc;

use qrcode::{Color, QrCode};
use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Administrator, OneTimeCode, PlainPassword, RecoveryCode, TotpSecret};
use usher_ports::inbound::{AdminRefusal, FactorOffer, OwnSession, SecureAccount};

use super::failure::Failure;
use super::guard::Page;
use super::pages::{Pages, View};
use super::request::{AdminRequest, AdminResponse, LOG_IN, session_id, weakness};

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

/// The offer of a second factor.
#[derive(Serialize)]
pub(super) struct FactorView {
    /// The secret in hexadecimal, for the form.
    pub(super) secret: String,
    /// The same as it is typed into an app.
    pub(super) base32: String,
    /// How many modules the picture has on each side.
    pub(super) size: usize,
    /// The picture: the dark modules as a path.
    pub(super) path: String,
    /// Whether there is one that it takes the place of.
    pub(super) renews: bool,
    /// Whether it has to be set up before anything else.
    pub(super) lacking: bool,
    pub(super) error: Option<&'static str>,
}

impl View for FactorView {
    const TEMPLATE: &'static str = "factor.html";
}

/// The recovery codes, shown once.
#[derive(Serialize)]
pub(super) struct CodesView {
    pub(super) codes: Vec<String>,
}

impl View for CodesView {
    const TEMPLATE: &'static str = "codes.html";
}

impl FactorView {
    fn of(offer: &FactorOffer, renews: bool, by: &Administrator, error: Option<&'static str>) -> Self {
        let (size, path) = picture(&offer.url);
        Self {
            renews,
            lacking: by.lacks_factor(),
            secret: hex::encode(offer.secret.expose()),
            base32: spaced(&offer.base32),
            size,
            path,
            error,
        }
    }
}

/// In groups of four, as people read it.
fn spaced(text: &str) -> String {
    let mut spaced = String::new();
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            spaced.push(' ');
        }
        spaced.push(character);
    }
    spaced
}

/// A QR code as a path of squares; nothing where the text is too long for one, and then the text is there still.
fn picture(text: &str) -> (usize, String) {
    let Ok(code) = QrCode::new(text) else { return (1, String::new()) };
    let size = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let squares: Vec<String> =
        dark.map(|(place, _)| format!("M{} {}h1v1h-1z", place % size, place / size)).collect();
    (size, squares.concat())
}

fn secret(request: &AdminRequest) -> Option<TotpSecret> {
    Some(TotpSecret::new(hex::decode(request.text("secret")).ok()?.try_into().ok()?))
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

/// Offers a second factor.
pub(super) struct OfferFactor(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for OfferFactor {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let by = request.signed_in()?;
        let renews = self.0.security(by).await?.recovery_codes.is_some();
        let offer = self.0.offer(by, None)?;
        request.page(pages, StatusCode::OK, &FactorView::of(&offer, renews, by, None))
    }
}

/// Turns it on.
pub(super) struct TurnOn(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for TurnOn {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let by = request.signed_in()?;
        let secret = secret(request).ok_or(Failure::Malformed)?;
        let code: String = request.text("code").split_whitespace().collect();
        let current = OneTimeCode::parse(request.text("current_code"));
        let turned_on = match password(request, "password") {
            Ok(password) => self.0.turn_on(by, password, secret.clone(), &code, current).await,
            Err(refusal) => Err(refusal),
        };
        match turned_on {
            Ok(codes) => request.page(pages, StatusCode::OK, &CodesView::of(&codes)),
            Err(AdminRefusal::WrongCredentials) => {
                let renews = self.0.security(by).await?.recovery_codes.is_some();
                let offer = self.0.offer(by, Some(secret))?;
                let view = FactorView::of(&offer, renews, by, Some("error-code"));
                request.page(pages, StatusCode::UNPROCESSABLE_ENTITY, &view)
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

impl CodesView {
    fn of(codes: &[RecoveryCode]) -> Self {
        Self { codes: codes.iter().map(|code| code.expose().to_owned()).collect() }
    }
}

/// The password and a current code, which a change of the second factor requires.
fn confirmation(request: &AdminRequest) -> Result<(PlainPassword, OneTimeCode), AdminRefusal> {
    let code = OneTimeCode::parse(request.text("code")).ok_or(AdminRefusal::WrongCredentials)?;
    Ok((password(request, "password")?, code))
}

/// Makes new recovery codes.
pub(super) struct RenewCodes(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for RenewCodes {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let by = request.signed_in()?;
        let renewed = match confirmation(request) {
            Ok((password, code)) => self.0.renew_codes(by, password, code).await,
            Err(refusal) => Err(refusal),
        };
        match renewed {
            Ok(codes) => request.page(pages, StatusCode::OK, &CodesView::of(&codes)),
            Err(AdminRefusal::WrongCredentials) => {
                account_page(&self.0, by, (None, Some("error-code")), request, pages).await
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Turns it off.
pub(super) struct TurnOff(pub(super) Arc<dyn SecureAccount>);

#[async_trait]
impl Page for TurnOff {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let by = request.signed_in()?;
        let turned_off = match confirmation(request) {
            Ok((password, code)) => self.0.turn_off(by, password, code).await,
            Err(refusal) => Err(refusal),
        };
        let error = match turned_off {
            Ok(()) => return Ok(AdminResponse::see(ACCOUNT)),
            Err(AdminRefusal::WrongCredentials) => "error-code",
            Err(AdminRefusal::FactorRequired) => "factor-stays",
            Err(refusal) => return Err(refusal.into()),
        };
        account_page(&self.0, by, (None, Some(error)), request, pages).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_square_and_has_its_corners() {
        let (size, path) =
            picture("otpauth://totp/Usher:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Usher");
        assert!(size >= 29, "{size}");
        assert!(path.starts_with("M0 0h1v1h-1z") && path.contains(&format!("M{} 0h", size - 1)), "{path}");
    }

    #[test]
    fn a_secret_is_read_in_groups() {
        assert_eq!(spaced("GEZDGNBVGY"), "GEZD GNBV GY");
    }
}
