//! Adapters that keep nothing: hashes, signatures, ids, time.

use std::sync::Arc;

use jiff::tz::TimeZone;
use usher::system::{SystemClock, SystemIds, ZonedCalendar};
use usher_crypto::{ArgonHasher, FactorKeys, HashCost, HmacBrowsers, HmacTokens, Rfc6238, SaltedSignatures};
use usher_memory::FixedClock;
use usher_ports::contract::browsers::Browsers;
use usher_ports::contract::factor_cipher::Ciphers;
use usher_ports::contract::signatures::Signatures;
use usher_ports::contract::tokens::Issuers;
use usher_ports::outbound::{Calendar, Clock, IdSource, OneTimePasswords, PasswordHasher};

use crate::support::SALT;

pub(in crate::contracts) async fn argon2_hasher() -> (Arc<dyn PasswordHasher>, ()) {
    let cheap = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    (Arc::new(ArgonHasher::new(cheap, 2, 64).expect("a cost")), ())
}

pub(in crate::contracts) async fn hmac_tokens() -> (Issuers, ()) {
    let keys = [[1; 32], [2; 32], [3; 32]];
    let issuers = Issuers {
        before: Arc::new(HmacTokens::new(&keys[0], None)),
        after: Arc::new(HmacTokens::new(&keys[1], Some(&keys[0]))),
        long_after: Arc::new(HmacTokens::new(&keys[2], Some(&keys[1]))),
    };
    (issuers, ())
}

pub(in crate::contracts) async fn hmac_browsers() -> (Browsers, ()) {
    let keys = [[1; 32], [2; 32], [3; 32]];
    let browsers = Browsers {
        ours: Arc::new(HmacBrowsers::new(&keys[0], None)),
        after: Arc::new(HmacBrowsers::new(&keys[1], Some(&keys[0]))),
        others: Arc::new(HmacBrowsers::new(&keys[2], Some(&keys[1]))),
    };
    (browsers, ())
}

pub(in crate::contracts) async fn salted_signatures() -> (Signatures, ()) {
    let salts = [SALT.to_owned(), "the-next-salt".to_owned()];
    let signatures = Signatures {
        verifier: Arc::new(SaltedSignatures::new(salts)),
        saltless: Arc::new(SaltedSignatures::new([])),
    };
    (signatures, ())
}

pub(in crate::contracts) async fn system_ids() -> (Arc<dyn IdSource>, ()) {
    (Arc::new(SystemIds), ())
}

pub(in crate::contracts) async fn system_clock() -> (Arc<dyn Clock>, ()) {
    (Arc::new(SystemClock), ())
}

pub(in crate::contracts) async fn fixed_clock() -> (Arc<dyn Clock>, ()) {
    (Arc::new(FixedClock::at(SystemClock.now())), ())
}

pub(in crate::contracts) async fn calendar(zone: &str) -> (Arc<dyn Calendar>, ()) {
    (Arc::new(ZonedCalendar(TimeZone::get(zone).expect("a time zone"))), ())
}

pub(in crate::contracts) async fn factor_keys() -> (Ciphers, ()) {
    let keys = |current, older: &[u8]| {
        let older = Some(older).filter(|older| !older.is_empty());
        Arc::new(FactorKeys::new(current, older).expect("keys"))
    };
    let ciphers = Ciphers {
        before: keys(&[1; 32], &[]),
        after: keys(&[2; 32], &[1; 32]),
        long_after: keys(&[3; 32], &[2; 32]),
    };
    (ciphers, ())
}

pub(in crate::contracts) async fn one_time_codes() -> (Arc<dyn OneTimePasswords>, ()) {
    (Arc::new(Rfc6238), ())
}
