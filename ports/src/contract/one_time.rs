//! The laws of [`OneTimePasswords`].

use std::sync::Arc;

use usher_domain::{AdministratorName, Timestamp, TotpSecret};

use crate::outbound::OneTimePasswords;

type Codes = Arc<dyn OneTimePasswords>;

/// The secret of the RFC's vectors.
const SECRET: &[u8; 20] = b"12345678901234567890";

fn secret() -> TotpSecret {
    TotpSecret::new(*SECRET)
}

const fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

/// The vectors of RFC 6238, appendix B, cut to six digits.
pub async fn the_vectors_of_the_rfc_hold(it: &Codes) {
    for (at, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(it.step(&secret(), code, seconds(at)), Some(at / 30), "{at}");
    }
}

/// A code is good one step before and after its own.
pub async fn a_code_is_good_for_three_steps(it: &Codes) {
    let (code, step) = ("005924", 1_234_567_890 / 30);
    for (steps, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let found = it.step(&secret(), code, seconds((step + steps) * 30));
        assert_eq!(found, good.then_some(step), "{steps}");
    }
}

/// Anything else is no code.
pub async fn anything_else_is_no_code(it: &Codes) {
    for code in ["", "005925", "5924", "00592４", "005924 ", "0059240"] {
        assert_eq!(it.step(&secret(), code, seconds(1_234_567_890)), None, "{code:?}");
    }
    assert_eq!(it.step(&secret(), "755224", Timestamp::from_millis(-1_000)), None);
}

/// An app is told the secret in base 32 and by a key URI.
pub async fn an_app_is_told_the_secret(it: &Codes) {
    let name = AdministratorName::from_store("ann@example.com".to_owned());
    let (base32, url) = (it.base32(&secret()), it.url(&secret(), &name));
    assert_eq!(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert!(url.starts_with("otpauth://totp/Usher:") && url.contains(&format!("secret={base32}")), "{url}");
    assert!(url.contains("%40"), "{url}");
}

/// Tests them: `one_time_contract!(rfc6238, setup())`, where the setup yields `(Arc<dyn OneTimePasswords>, guard)`.
#[macro_export]
macro_rules! one_time_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            one_time,
            [
                the_vectors_of_the_rfc_hold,
                a_code_is_good_for_three_steps,
                anything_else_is_no_code,
                an_app_is_told_the_secret,
            ]
        );
    };
}
