use std::fmt::Write as _;

use totp_rs::{Builder, Secret, Totp};
use usher_domain::{AdministratorName, Timestamp, TotpSecret};
use usher_ports::outbound::OneTimePasswords;

/// Codes as every authenticator app makes them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rfc6238;

/// By what the app shows the account.
const ISSUER: &str = "Usher";

fn totp(secret: &TotpSecret) -> Totp {
    Builder::new().with_secret(Secret::new_stack(*secret.expose())).with_skew(1).build_noncompliant()
}

impl OneTimePasswords for Rfc6238 {
    fn step(&self, secret: &TotpSecret, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
        totp(secret).check(code, seconds).and_then(|step| i64::try_from(step).ok())
    }

    fn base32(&self, secret: &TotpSecret) -> String {
        totp(secret).secret().to_base32()
    }

    /// The key URI format that apps agree on.
    fn url(&self, secret: &TotpSecret, name: &AdministratorName) -> String {
        let mut label = String::new();
        for byte in name.as_str().bytes() {
            let _ = write!(label, "%{byte:02X}");
        }
        format!("otpauth://totp/{ISSUER}:{label}?secret={}&issuer={ISSUER}", self.base32(secret))
    }
}
