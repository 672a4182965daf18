//! The laws of an [`AdministratorRepository`].

use std::sync::Arc;

use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    PasswordHash, RecoveryDigest, SecondProof, SessionId, SessionSecret, Timestamp, TotpSecret,
};

use super::{NOW, at_once, deed, hash, later, number};
use crate::outbound::{
    AddAdministrator, AdministratorRepository, NewAdministrator, NewSecondFactor, RemoveAdministrator,
};

type Repository = Arc<dyn AdministratorRepository>;

const NOBODY: AdministratorId = AdministratorId(9_000_000_000);

fn password() -> PasswordHash {
    hash("$argon2id$first$")
}

fn named(name: &str, role: AdministratorRole) -> NewAdministrator {
    let name = AdministratorName::parse(name).expect("a name");
    NewAdministrator { name, role, password: password() }
}

async fn an_administrator(it: &Repository, role: AdministratorRole) -> AdministratorAccount {
    let new = named(&format!("admin_{}", number()), role);
    let added = match it.add(&new, &deed(0)).await.expect("an answer") {
        AddAdministrator::Added(account) => Some(account),
        AddAdministrator::NameTaken | AddAdministrator::NotTheFirst => None,
    };
    added.expect("a name that nobody has")
}

fn stay(of: &AdministratorAccount) -> AdministratorSession {
    let mut secret = [0; 32];
    secret[..4].copy_from_slice(&number().to_be_bytes());
    AdministratorSession {
        id: SessionSecret::new(secret).id(),
        administrator: of.id,
        started_at: later(1),
        seen_at: later(1),
        expires_at: later(60),
    }
}

async fn opened(it: &Repository, of: &AdministratorAccount) -> AdministratorSession {
    let session = stay(of);
    assert!(it.open(&session, &password(), None, &deed(1)).await.expect("an answer"));
    session
}

async fn is_live(it: &Repository, id: SessionId) -> bool {
    it.find_session(id).await.expect("an answer").is_some()
}

async fn owners(it: &Repository) -> usize {
    let all = it.list().await.expect("an answer");
    all.iter().filter(|account| account.role == AdministratorRole::Owner).count()
}

/// An administrator is found as they were added, whatever the case of the name.
pub async fn finds_an_administrator_by_name(it: &Repository) {
    let added = an_administrator(it, AdministratorRole::Operator).await;
    assert_eq!((added.created_at, added.last_login_at), (NOW, None));
    let name = AdministratorName::parse(&added.name.as_str().to_uppercase()).expect("a name");
    let found = it.find_by_name(&name).await.expect("an answer");
    assert_eq!(found, Some((added, password())));
    let unknown = AdministratorName::parse("nobody").expect("a name");
    assert_eq!(it.find_by_name(&unknown).await.expect("an answer"), None);
}

/// A name is given once.
pub async fn refuses_a_taken_name(it: &Repository) {
    let first = an_administrator(it, AdministratorRole::Viewer).await;
    let second = it.add(&named(first.name.as_str(), AdministratorRole::Owner), &deed(0)).await;
    assert_eq!(second.expect("an answer"), AddAdministrator::NameTaken);
    assert_eq!(it.list().await.expect("an answer"), [first]);
}

/// They are listed by name.
pub async fn lists_administrators_by_name(it: &Repository) {
    for name in ["bob", "ann", "cleo"] {
        it.add(&named(name, AdministratorRole::Viewer), &deed(0)).await.expect("an answer");
    }
    let names: Vec<_> =
        it.list().await.expect("an answer").into_iter().map(|it| it.name.as_str().to_owned()).collect();
    assert_eq!(names, ["ann", "bob", "cleo"]);
}

/// The first is added if there is none, and not if there is.
pub async fn the_first_is_the_first(it: &Repository) {
    let first = it.add_first(&named("ann", AdministratorRole::Owner), &deed(0)).await.expect("an answer");
    assert!(matches!(first, AddAdministrator::Added(_)), "{first:?}");
    let second = it.add_first(&named("bob", AdministratorRole::Owner), &deed(0)).await.expect("an answer");
    assert_eq!(second, AddAdministrator::NotTheFirst);
}

/// Whoever was added otherwise also keeps a first from being added.
pub async fn there_is_no_first_after_another(it: &Repository) {
    an_administrator(it, AdministratorRole::Viewer).await;
    let refused = it.add_first(&named("bob", AdministratorRole::Owner), &deed(0)).await.expect("an answer");
    assert_eq!(refused, AddAdministrator::NotTheFirst);
}

/// Of firsts at once, one is added.
pub async fn of_firsts_at_once_one_is_added(it: &Repository) {
    let answers = at_once((0..20).map(|n| {
        let it = Arc::clone(it);
        async move {
            it.add_first(&named(&format!("first_{n}"), AdministratorRole::Owner), &deed(0))
                .await
                .expect("an answer")
        }
    }))
    .await;
    let added = answers.iter().filter(|answer| matches!(answer, AddAdministrator::Added(_))).count();
    assert_eq!((added, it.list().await.expect("an answer").len()), (1, 1));
}

/// A stay is found as it was opened, with whose it is; it is the last login.
pub async fn finds_a_stay_as_it_was_opened(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let session = opened(it, &account).await;
    let owner = AdministratorAccount { last_login_at: Some(session.started_at), ..account };
    let found = it.find_session(session.id).await.expect("an answer");
    assert_eq!(found, Some((session, owner)));
}

/// With another password than theirs nobody comes in.
pub async fn opens_no_stay_with_another_password(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let session = stay(&account);
    assert!(!it.open(&session, &hash("$another$"), None, &deed(1)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await);
    let stranger = AdministratorSession { administrator: NOBODY, ..session };
    assert!(!it.open(&stranger, &password(), None, &deed(1)).await.expect("an answer"));
}

/// A new password ends all stays, and the old one opens none.
pub async fn a_new_password_ends_all_stays(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let other = an_administrator(it, AdministratorRole::Owner).await;
    let (session, others) = (opened(it, &account).await, opened(it, &other).await);
    assert!(it.set_password(account.id, &hash("$second$"), &deed(2)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await && is_live(it, others.id).await);
    assert!(!it.open(&stay(&account), &password(), None, &deed(1)).await.expect("an answer"));
    assert!(it.open(&stay(&account), &hash("$second$"), None, &deed(1)).await.expect("an answer"));
    assert!(!it.set_password(NOBODY, &password(), &deed(2)).await.expect("an answer"));
}

/// Whatever the order, a new password and logins with the old one at once leave no stay.
pub async fn a_new_password_among_logins_leaves_no_stay(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let sessions: Vec<_> = (0..20).map(|_| stay(&account)).collect();
    at_once(sessions.iter().cloned().enumerate().map(|(place, session)| {
        let (it, id) = (Arc::clone(it), account.id);
        async move {
            if place == 10 {
                it.set_password(id, &hash("$second$"), &deed(2)).await.expect("an answer");
            } else {
                it.open(&session, &password(), None, &deed(1)).await.expect("an answer");
            }
        }
    }))
    .await;
    for session in sessions {
        assert!(!is_live(it, session.id).await);
    }
}

/// Using a stay moves its end, and brings none back.
pub async fn extends_a_stay(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let session = opened(it, &account).await;
    it.extend(session.id, later(30), later(90)).await.expect("an answer");
    let (found, _) = it.find_session(session.id).await.expect("an answer").expect("a stay");
    assert_eq!((found.seen_at, found.expires_at), (later(30), later(90)));
    it.end(session.id, &deed(3)).await.expect("an answer");
    it.extend(session.id, later(40), later(90)).await.expect("an answer");
    assert!(!is_live(it, session.id).await);
}

/// A stay can be ended alone or with all of an administrator's.
pub async fn ends_stays(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let other = an_administrator(it, AdministratorRole::Viewer).await;
    let stays = [opened(it, &account).await.id, opened(it, &account).await.id, opened(it, &account).await.id];
    let others = opened(it, &other).await.id;
    it.end(stays[0], &deed(3)).await.expect("an answer");
    assert!(!is_live(it, stays[0]).await && is_live(it, stays[1]).await);
    it.end_all(account.id, &deed(3)).await.expect("an answer");
    assert!(!is_live(it, stays[1]).await && !is_live(it, stays[2]).await && is_live(it, others).await);
}

/// Whoever is removed is gone with their stays.
pub async fn removes_an_administrator(it: &Repository) {
    let owner = an_administrator(it, AdministratorRole::Owner).await;
    let account = an_administrator(it, AdministratorRole::Operator).await;
    let session = opened(it, &account).await;
    assert_eq!(it.remove(account.id, &deed(3)).await.expect("an answer"), RemoveAdministrator::Removed);
    assert!(!is_live(it, session.id).await);
    assert_eq!(it.list().await.expect("an answer"), [owner]);
    assert_eq!(it.remove(account.id, &deed(3)).await.expect("an answer"), RemoveAdministrator::NotFound);
    assert!(!it.open(&stay(&account), &password(), None, &deed(1)).await.expect("an answer"));
}

/// The last owner stays, also when all are removed at once.
pub async fn an_owner_is_left(it: &Repository) {
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(an_administrator(it, AdministratorRole::Owner).await.id);
    }
    let answers = at_once(all.into_iter().map(|id| {
        let it = Arc::clone(it);
        async move { it.remove(id, &deed(3)).await.expect("an answer") }
    }))
    .await;
    let refused = answers.iter().filter(|answer| **answer == RemoveAdministrator::LastOwner).count();
    assert_eq!((refused, owners(it).await), (1, 1));
}

/// Stays that expired before a moment are forgotten, and no others.
pub async fn forgets_expired_stays(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let expired = AdministratorSession { expires_at: later(5), ..stay(&account) };
    assert!(it.open(&expired, &password(), None, &deed(1)).await.expect("an answer"));
    let live = opened(it, &account).await;
    assert_eq!(it.purge(later(6)).await.expect("an answer"), 1);
    assert!(!is_live(it, expired.id).await && is_live(it, live.id).await);
    assert_eq!(it.purge(Timestamp::from_millis(0)).await.expect("an answer"), 0);
}

fn factor(step: i64, codes: &[u8]) -> NewSecondFactor {
    let codes = codes.iter().map(|n| RecoveryDigest([*n; 32])).collect();
    NewSecondFactor { secret: TotpSecret::new([7; 20]), step, codes }
}

async fn comes_in(it: &Repository, who: &AdministratorAccount, proof: Option<SecondProof>) -> bool {
    it.open(&stay(who), &password(), proof, &deed(1)).await.expect("an answer")
}

/// A second factor is found as it was turned on, until it is turned off.
pub async fn keeps_a_second_factor(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    assert_eq!(it.second_factor(account.id).await.expect("an answer"), None);
    for codes in [&[1, 2, 3][..], &[4]] {
        assert!(
            it.set_second_factor(account.id, Some(&factor(5, codes)), &deed(1)).await.expect("an answer")
        );
        let found = it.second_factor(account.id).await.expect("an answer").expect("a factor");
        assert_eq!((found.secret.expose(), found.codes_left as usize), (&[7; 20], codes.len()));
    }
    assert!(it.set_second_factor(account.id, None, &deed(1)).await.expect("an answer"));
    assert_eq!(it.second_factor(account.id).await.expect("an answer"), None);
    assert!(!it.set_second_factor(NOBODY, None, &deed(1)).await.expect("an answer"));
}

/// Whoever has a second factor comes in with it only, and nobody else does with one.
pub async fn a_second_factor_is_asked_for(it: &Repository) {
    let (with, without) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    it.set_second_factor(with.id, Some(&factor(5, &[1, 2])), &deed(1)).await.expect("an answer");
    let recovery = |n| Some(SecondProof::Recovery(RecoveryDigest([n; 32])));
    for (proof, good) in [
        (None, false),
        (Some(SecondProof::Step(5)), false),
        (Some(SecondProof::Step(6)), true),
        (Some(SecondProof::Step(6)), false),
        (Some(SecondProof::Step(8)), true),
        (Some(SecondProof::Step(7)), false),
        (recovery(9), false),
        (recovery(1), true),
        (recovery(1), false),
        (recovery(2), true),
    ] {
        assert_eq!(comes_in(it, &with, proof).await, good, "{proof:?}");
    }
    assert!(!comes_in(it, &without, Some(SecondProof::Step(9))).await);
    assert!(!comes_in(it, &without, recovery(2)).await);
    assert!(comes_in(it, &without, None).await);
    it.set_second_factor(with.id, None, &deed(1)).await.expect("an answer");
    assert!(comes_in(it, &with, None).await);
}

/// A proof that is used many times at once is good once.
pub async fn a_proof_at_once_is_good_once(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    it.set_second_factor(account.id, Some(&factor(5, &[1])), &deed(1)).await.expect("an answer");
    for proof in [SecondProof::Step(6), SecondProof::Recovery(RecoveryDigest([1; 32]))] {
        let came = at_once((0..10).map(|_| {
            let (it, account) = (Arc::clone(it), account.clone());
            async move { comes_in(&it, &account, Some(proof)).await }
        }))
        .await;
        assert_eq!(came.iter().filter(|came| **came).count(), 1, "{proof:?}");
    }
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
                finds_a_stay_as_it_was_opened,
                opens_no_stay_with_another_password,
                a_new_password_ends_all_stays,
                a_new_password_among_logins_leaves_no_stay,
                extends_a_stay,
                ends_stays,
                removes_an_administrator,
                an_owner_is_left,
                forgets_expired_stays,
                keeps_a_second_factor,
                a_second_factor_is_asked_for,
                a_proof_at_once_is_good_once,
            ]
        );
    };
}
