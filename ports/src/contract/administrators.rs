//! The laws of the ports about administrators, which one [`AdministratorRepository`] offers.

mod accounts;
mod invitations;
mod second_factor;
mod sessions;

use std::sync::Arc;

use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    PasswordHash, SessionId, SessionSecret,
};

use super::{context, hash, later, number};
use crate::outbound::{AddAdministrator, AdministratorRepository, NewAdministrator};
pub use accounts::*;
pub use invitations::*;
pub use second_factor::*;
pub use sessions::*;

type Repository = Arc<dyn AdministratorRepository>;

const UNKNOWN_ADMINISTRATOR: AdministratorId = AdministratorId(9_000_000_000);

fn password() -> PasswordHash {
    hash("$argon2id$first$")
}

fn named(name: &str, role: AdministratorRole) -> NewAdministrator {
    let name = AdministratorName::parse(name).expect("a name");
    NewAdministrator { name, role, password: password() }
}

async fn an_administrator(it: &Repository, role: AdministratorRole) -> AdministratorAccount {
    let new = named(&format!("admin_{}", number()), role);
    let added = match it.add(&new, &context(0)).await.expect("an answer") {
        AddAdministrator::Added(account) => Some(account),
        AddAdministrator::NameTaken | AddAdministrator::NotTheFirst => None,
    };
    added.expect("a free name")
}

fn new_session(of: &AdministratorAccount) -> AdministratorSession {
    let mut secret = [0; 32];
    secret[..4].copy_from_slice(&number().to_be_bytes());
    AdministratorSession {
        id: SessionSecret::new(secret).id(),
        administrator: of.id,
        from: Some("2001:db8::1".parse().expect("an address")),
        started_at: later(1),
        seen_at: later(1),
        expires_at: later(60),
    }
}

async fn opened(it: &Repository, of: &AdministratorAccount) -> AdministratorSession {
    let session = new_session(of);
    assert!(it.open(&session, &password(), None, &context(1)).await.expect("an answer"));
    session
}

async fn is_live(it: &Repository, id: SessionId) -> bool {
    it.find_session(id).await.expect("an answer").is_some()
}

/// Tests a repository: `administrators_contract!(sqlite, setup())`, where the setup yields
/// `(Arc<dyn AdministratorRepository>, guard)`.
#[macro_export]
macro_rules! administrators_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            administrators,
            [
                finds_an_administrator_by_name,
                refuses_a_taken_name,
                lists_administrators_by_name,
                the_first_is_the_first,
                there_is_no_first_after_another,
                of_firsts_at_once_one_is_added,
                finds_a_session_as_it_was_opened,
                opens_no_session_with_another_password,
                a_new_password_ends_all_sessions,
                a_new_password_among_logins_leaves_no_session,
                extends_a_session,
                ends_sessions,
                removes_an_administrator,
                an_owner_is_left,
                changes_a_role,
                an_owner_is_left_whatever_becomes_of_them,
                forgets_expired_sessions,
                keeps_a_second_factor,
                a_second_factor_is_changed_with_it,
                a_changed_second_factor_ends_all_other_sessions,
                a_second_factor_is_asked_for,
                a_response_is_accepted_once,
                protects_what_was_found,
                a_reset_restores_access,
                lists_sessions,
                finds_an_invitation_until_it_expires,
                an_invitation_works_once,
                a_reset_link_gives_a_new_password,
                an_invitation_is_for_whom_it_fits,
                one_invitation_works_for_a_name,
            ]
        );
    };
}
