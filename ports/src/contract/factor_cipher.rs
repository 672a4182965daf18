//! The laws of a [`FactorCipher`].

use std::sync::Arc;

use usher_domain::{AdministratorId, RecoveryDigest, SealedSecret, TotpSecret};

use crate::outbound::{FactorCipher, Unreadable};

/// Ciphers of one installation whose key was replaced twice.
pub struct Ciphers {
    /// With the first key.
    pub before: Arc<dyn FactorCipher>,
    /// With the second key, and the first as an older one.
    pub after: Arc<dyn FactorCipher>,
    /// With the third key, and the second as an older one.
    pub long_after: Arc<dyn FactorCipher>,
}

const ANN: AdministratorId = AdministratorId(1);
const BOB: AdministratorId = AdministratorId(2);
const CODE: RecoveryDigest = RecoveryDigest([9; 32]);

fn secret() -> TotpSecret {
    TotpSecret::new(*b"12345678901234567890")
}

fn sealed(cipher: &Arc<dyn FactorCipher>) -> SealedSecret {
    cipher.seal(ANN, &secret()).expect("random numbers")
}

/// What is sealed opens, is another text each time, and holds nothing of the secret.
pub async fn opens_what_it_sealed(it: &Ciphers) {
    let (first, second) = (sealed(&it.after), sealed(&it.after));
    assert_ne!(first, second);
    assert!(!first.as_bytes().windows(4).any(|part| b"12345678901234567890".windows(4).any(|it| it == part)));
    let opened = it.after.open(ANN, &first).expect("the secret");
    assert_eq!((opened.secret, opened.outdated), (secret(), false));
}

/// For another administrator nothing opens, nor what differs in a bit or is cut off.
pub async fn opens_nothing_else(it: &Ciphers) {
    let sealed = sealed(&it.after);
    assert_eq!(it.after.open(BOB, &sealed), Err(Unreadable));
    for place in 0..sealed.as_bytes().len() {
        let mut bytes = sealed.as_bytes().to_vec();
        bytes[place] ^= 1;
        assert_eq!(it.after.open(ANN, &SealedSecret::new(bytes)), Err(Unreadable), "{place}");
        // A bare secret has twenty bytes.
        if place != 20 {
            let cut = SealedSecret::new(sealed.as_bytes()[..place].to_vec());
            assert_eq!(it.after.open(ANN, &cut), Err(Unreadable), "{place}");
        }
    }
}

/// What an older key sealed is outdated, and so is a secret that lies bare.
pub async fn what_is_outdated_opens(it: &Ciphers) {
    for old in [sealed(&it.before), SealedSecret::new(secret().expose().to_vec())] {
        let opened = it.after.open(ANN, &old).expect("the secret");
        assert_eq!((opened.secret, opened.outdated), (secret(), true));
    }
}

/// Under a key that is not known any more, or not yet, nothing opens.
pub async fn an_unknown_key_opens_nothing(it: &Ciphers) {
    assert_eq!(it.long_after.open(ANN, &sealed(&it.before)), Err(Unreadable));
    assert_eq!(it.before.open(ANN, &sealed(&it.after)), Err(Unreadable));
}

/// A tag is that of one code, one administrator and one key; all known keys are tried.
pub async fn a_tag_is_of_one_code_administrator_and_key(it: &Ciphers) {
    let tag = it.after.tag(ANN, &CODE);
    assert_eq!(it.after.tag(ANN, &CODE), tag);
    assert_ne!(tag.0, CODE.0);
    assert_ne!(it.after.tag(BOB, &CODE), tag);
    assert_ne!(it.after.tag(ANN, &RecoveryDigest([8; 32])), tag);
    assert_ne!(it.before.tag(ANN, &CODE), tag);
    assert_eq!(it.after.tags(ANN, &CODE), [tag, it.before.tag(ANN, &CODE)]);
}

/// Tests them: `factor_cipher_contract!(aes_gcm, setup())`, where the setup yields `(Ciphers, guard)`.
#[macro_export]
macro_rules! factor_cipher_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            factor_cipher,
            [
                opens_what_it_sealed,
                opens_nothing_else,
                what_is_outdated_opens,
                an_unknown_key_opens_nothing,
                a_tag_is_of_one_code_administrator_and_key,
            ]
        );
    };
}
