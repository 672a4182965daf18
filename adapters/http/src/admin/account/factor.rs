//! The second factor of an administrator's own account.

use std::sync::Arc;

use qrcode::{Color, QrCode};
use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{Administrator, OneTimeCode, PlainPassword, RecoveryCode, TotpSecret};
use usher_ports::inbound::{AdminRefusal, FactorOffer, SecureAccount};

use super::{ACCOUNT, account_page, password};
use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::{Pages, View};
use crate::admin::request::AdminRequest;
use crate::admin::response::AdminResponse;

/// The offer of a second factor.
#[derive(Serialize)]
pub(in crate::admin) struct FactorView {
    /// The secret in hexadecimal, for the form.
    pub(in crate::admin) secret: String,
    /// The same as it is typed into an app.
    pub(in crate::admin) base32: String,
    /// How many modules the picture has on each side.
    pub(in crate::admin) size: usize,
    /// The picture: the dark modules as a path.
    pub(in crate::admin) path: String,
    /// Whether there is one that it takes the place of.
    pub(in crate::admin) renews: bool,
    /// Whether it has to be set up before anything else.
    pub(in crate::admin) lacking: bool,
    pub(in crate::admin) error: Option<&'static str>,
}

impl View for FactorView {
    const TEMPLATE: &'static str = "factor.html";
}

/// The recovery codes, shown once.
#[derive(Serialize)]
pub(in crate::admin) struct CodesView {
    pub(in crate::admin) codes: Vec<String>,
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

/// Offers a second factor.
pub(in crate::admin) struct OfferFactor(pub(in crate::admin) Arc<dyn SecureAccount>);

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
pub(in crate::admin) struct TurnOn(pub(in crate::admin) Arc<dyn SecureAccount>);

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
pub(in crate::admin) struct RenewCodes(pub(in crate::admin) Arc<dyn SecureAccount>);

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
pub(in crate::admin) struct TurnOff(pub(in crate::admin) Arc<dyn SecureAccount>);

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
