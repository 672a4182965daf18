//! The laws of a [`PasswordHasher`].

use std::sync::Arc;

use usher_domain::{ClientAddress, PasswordHash, PlainPassword};

use super::{address, at_once, hash};
use crate::outbound::{Lane, PasswordCheck, PasswordHasher};

fn password(text: &str) -> PlainPassword {
    PlainPassword::parse(text).expect("a password")
}

async fn hashed(hasher: &Arc<dyn PasswordHasher>, text: &str) -> PasswordHash {
    hasher.hash(password(text), Lane::User(address(1).widest_network())).await.expect("a hash")
}

async fn verify(hasher: &Arc<dyn PasswordHasher>, text: &str, stored: Option<PasswordHash>) -> PasswordCheck {
    hasher.verify(password(text), stored, Lane::User(address(1).widest_network())).await.expect("a verdict")
}

/// A hash verifies with its own password and with no other.
pub async fn a_hash_verifies_with_its_own_password_only(hasher: &Arc<dyn PasswordHasher>) {
    let stored = hashed(hasher, "hunter22").await;
    assert_eq!(verify(hasher, "hunter22", Some(stored.clone())).await, PasswordCheck::Right);
    for other in ["hunter23", "Hunter22", "hunter2", "hunter222", " hunter22", "hunter22 "] {
        assert_eq!(verify(hasher, other, Some(stored.clone())).await, PasswordCheck::Wrong, "{other}");
    }
}

/// Passwords of any script are compared whole.
pub async fn passwords_of_any_script_are_told_apart(hasher: &Arc<dyn PasswordHasher>) {
    let stored = hashed(hasher, "密码密码密码").await;
    assert_eq!(verify(hasher, "密码密码密码", Some(stored.clone())).await, PasswordCheck::Right);
    assert_eq!(verify(hasher, "密码密码密吗", Some(stored)).await, PasswordCheck::Wrong);
}

/// Who reads two hashes does not learn whether they are of one password, nor the password.
pub async fn two_hashes_of_one_password_differ(hasher: &Arc<dyn PasswordHasher>) {
    let (first, second) = (hashed(hasher, "hunter22").await, hashed(hasher, "hunter22").await);
    assert_ne!(first, second);
    assert!(!first.expose().contains("hunter22"));
}

/// The old backend's hash verifies with its password and is to be replaced.
pub async fn the_old_backends_hash_is_outdated(hasher: &Arc<dyn PasswordHasher>) {
    // SHA-256 of "123456", as printf 123456 | sha256sum tells.
    let old = hash("8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92");
    assert_eq!(verify(hasher, "123456", Some(old.clone())).await, PasswordCheck::RightButOutdated);
    assert_eq!(verify(hasher, "1234567", Some(old)).await, PasswordCheck::Wrong);
}

/// Where there is no hash no password is right.
pub async fn no_password_is_right_where_there_is_none(hasher: &Arc<dyn PasswordHasher>) {
    assert_eq!(verify(hasher, "123456", None).await, PasswordCheck::Wrong);
}

/// Text that is no hash, or is cut off, or asks for absurd costs, verifies with nothing.
pub async fn what_is_no_hash_verifies_with_nothing(hasher: &Arc<dyn PasswordHasher>) {
    let mut cut = hashed(hasher, "123456").await.expose().to_owned();
    cut.truncate(cut.len() / 2);
    for text in [
        "",
        "123456",
        "$",
        "$argon2id$",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        "$2b$10$nothingofours",
        "8D969EEF6ECAD3C29A3A629280E686CF0C3F5D5A86AFF3CA12020C923ADC6C92",
        &cut,
    ] {
        assert_eq!(verify(hasher, "123456", Some(hash(text))).await, PasswordCheck::Wrong, "{text}");
    }
}

/// As many passwords at once from one network as it takes to fill any queue; what they came to.
fn a_storm(
    hasher: &Arc<dyn PasswordHasher>,
    lane: fn(ClientAddress) -> Lane,
) -> impl Future<Output = Vec<bool>> + use<> {
    let hasher = Arc::clone(hasher);
    let one = move |_| {
        let hasher = Arc::clone(&hasher);
        async move { hasher.verify(password("storming"), None, lane(address(1))).await.is_ok() }
    };
    at_once((0..400).map(one))
}

/// Storms until it is turned away, and then asks once in another lane or from another network.
async fn is_served_beside_a_storm(
    hasher: &Arc<dyn PasswordHasher>,
    storm: fn(ClientAddress) -> Lane,
    lane: Lane,
) {
    let storming = tokio::spawn(a_storm(hasher, storm));
    while !storming.is_finished() {
        let served = hasher.verify(password("hunter22"), None, lane).await;
        assert_eq!(served, Ok(PasswordCheck::Wrong), "{lane:?}");
    }
    let answers = storming.await.expect("a storm");
    assert!(answers.iter().any(|served| !served), "the storm did not fill the queue");
}

/// However many strangers wait, those who are known are served, and so are administrators and who say they are.
pub async fn no_lane_waits_for_another(hasher: &Arc<dyn PasswordHasher>) {
    let stranger = |from: ClientAddress| Lane::Stranger(from.widest_network());
    let claiming = |from: ClientAddress| Lane::AdministratorStranger(from.widest_network());
    let network = address(1).widest_network();
    for (storm, lane) in [
        (stranger as fn(ClientAddress) -> Lane, Lane::Administrator),
        (stranger, Lane::AdministratorStranger(network)),
        (stranger, Lane::User(network)),
        (claiming, Lane::Administrator),
        (claiming, Lane::Stranger(network)),
        (claiming, Lane::User(network)),
    ] {
        is_served_beside_a_storm(hasher, storm, lane).await;
    }
}

/// However many of one network wait, a caller from another one finds a place.
pub async fn a_network_cannot_take_all_places(hasher: &Arc<dyn PasswordHasher>) {
    let elsewhere = ClientAddress::new([198, 51, 100, 1].into()).widest_network();
    let stranger = |from: ClientAddress| Lane::Stranger(from.widest_network());
    is_served_beside_a_storm(hasher, stranger, Lane::Stranger(elsewhere)).await;
    let claiming = |from: ClientAddress| Lane::AdministratorStranger(from.widest_network());
    is_served_beside_a_storm(hasher, claiming, Lane::AdministratorStranger(elsewhere)).await;
    let user = |from: ClientAddress| Lane::User(from.widest_network());
    is_served_beside_a_storm(hasher, user, Lane::User(elsewhere)).await;
}

/// Tests a password hasher: `hasher_contract!(argon2, setup())`, where the setup yields
/// `(Arc<dyn PasswordHasher>, guard)`.
#[macro_export]
macro_rules! hasher_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            hasher,
            [
                a_hash_verifies_with_its_own_password_only,
                passwords_of_any_script_are_told_apart,
                two_hashes_of_one_password_differ,
                the_old_backends_hash_is_outdated,
                no_password_is_right_where_there_is_none,
                what_is_no_hash_verifies_with_nothing,
                no_lane_waits_for_another,
                a_network_cannot_take_all_places,
            ]
        );
    };
}
