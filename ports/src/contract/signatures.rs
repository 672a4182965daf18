//! The laws of a [`SignatureVerifier`].

use std::sync::Arc;

use usher_domain::{ClientSignature, SignedClaim, Timestamp};

use crate::outbound::SignatureVerifier;

/// A verifier, and what it must believe.
pub struct Signatures {
    /// Knows the salts `45ncashdaksh2!#@3nxjdas*_259`, that of the published vector, and `the-next-salt`.
    pub verifier: Arc<dyn SignatureVerifier>,
    /// Knows no salts.
    pub saltless: Arc<dyn SignatureVerifier>,
}

/// The published vector's signature.
const PUBLISHED: &str = "a5b40139b65b13cf214d05c27dece58ebe840d888b12272f0ccd15ea72e68998";

/// The published vector's claim, signed with `the-next-salt`.
const OF_THE_NEXT_SALT: &str = "c0bacf0f25ced7ecb2fd7ee95337e79cccefea8839275683ebf4a79c1953ecf4";

fn published() -> SignedClaim {
    SignedClaim {
        device: "8d1a344c-bf16-5425-adbc-d12f49cfa332".to_owned(),
        at: Timestamp::from_millis(1_752_835_449_008),
    }
}

fn signature(text: &str) -> ClientSignature {
    ClientSignature::parse(text).expect("a signature")
}

/// The published vector verifies.
pub async fn the_published_vector_verifies(signatures: &Signatures) {
    assert!(signatures.verifier.verify(published(), &signature(PUBLISHED)).is_some());
}

/// Every salt that is in use verifies, and where there is none nothing does.
pub async fn every_salt_verifies(signatures: &Signatures) {
    for text in [PUBLISHED, OF_THE_NEXT_SALT] {
        assert!(signatures.verifier.verify(published(), &signature(text)).is_some(), "{text}");
        assert!(signatures.saltless.verify(published(), &signature(text)).is_none(), "{text}");
    }
}

/// A signature does not verify for another device or another time.
pub async fn a_signature_is_good_for_its_claim_only(signatures: &Signatures) {
    let SignedClaim { device, at } = published();
    let others = [
        SignedClaim { device: device.to_uppercase(), at },
        SignedClaim { device: device[1..].to_owned(), at },
        SignedClaim { device: format!("{device} "), at },
        SignedClaim { device: String::new(), at },
        SignedClaim { device: device.clone(), at: Timestamp::from_millis(at.as_millis() + 1) },
        SignedClaim { device: device.clone(), at: Timestamp::from_millis(at.as_millis() / 1_000) },
        SignedClaim { device, at: Timestamp::from_millis(-at.as_millis()) },
    ];
    for other in others {
        let device = other.device.clone();
        assert!(signatures.verifier.verify(other, &signature(PUBLISHED)).is_none(), "{device:?}");
    }
}

/// Every bit of a signature counts.
pub async fn every_bit_of_a_signature_counts(signatures: &Signatures) {
    for bit in 0..256 {
        let mut bytes = *signature(PUBLISHED).as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let other = ClientSignature::from_bytes(bytes);
        assert!(signatures.verifier.verify(published(), &other).is_none(), "bit {bit}");
    }
}

/// Tests a signature verifier: `signatures_contract!(salted, setup())`, where the setup yields `(Signatures, guard)`.
#[macro_export]
macro_rules! signatures_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            signatures,
            [
                the_published_vector_verifies,
                every_salt_verifies,
                a_signature_is_good_for_its_claim_only,
                every_bit_of_a_signature_counts,
            ]
        );
    };
}
