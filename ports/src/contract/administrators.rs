//! The laws of an [`AdministratorRepository`].

use std::sync::Arc;

use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    PasswordHash, RecoveryTag, SealedSecret, SecondProof, SessionId, SessionSecret, Timestamp,
};

use super::{NOW, at_once, deed, hash, later, number};
use crate::outbound::{
    AddAdministrator, AdministratorRepository, FactorChange, NewAdministrator, NewSecondFactor,
    RemoveAdministrator,
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
        from: Some("2001:db8::1".parse().expect("an address")),
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
    it.end_all(account.id, Some(stays[1]), &deed(3)).await.expect("an answer");
    assert!(is_live(it, stays[1]).await && !is_live(it, stays[2]).await && is_live(it, others).await);
    it.end_all(account.id, None, &deed(3)).await.expect("an answer");
    assert!(!is_live(it, stays[1]).await && is_live(it, others).await);
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

fn tags(codes: &[u8]) -> Vec<RecoveryTag> {
    codes.iter().map(|n| RecoveryTag([*n; 32])).collect()
}

fn sealed(n: u8) -> SealedSecret {
    SealedSecret::new(vec![n; 53])
}

fn on(step: i64, codes: &[u8]) -> FactorChange {
    FactorChange::On(NewSecondFactor { secret: sealed(7), step, codes: tags(codes) })
}

#[expect(clippy::unnecessary_wraps, reason = "as the port takes it")]
fn recovery(n: u8) -> Option<SecondProof> {
    Some(SecondProof::Recovery(tags(&[99, n])))
}

#[expect(clippy::unnecessary_wraps, reason = "as the port takes it")]
const fn step(step: i64) -> Option<SecondProof> {
    Some(SecondProof::Step(step))
}

async fn changes(
    it: &Repository,
    who: AdministratorId,
    change: &FactorChange,
    proof: Option<SecondProof>,
) -> bool {
    let nowhere = SessionSecret::new([0; 32]).id();
    it.change_second_factor(who, change, proof, nowhere, &deed(1)).await.expect("an answer")
}

async fn comes_in(it: &Repository, who: &AdministratorAccount, proof: Option<SecondProof>) -> bool {
    it.open(&stay(who), &password(), proof, &deed(1)).await.expect("an answer")
}

async fn has_factor(it: &Repository, who: &AdministratorAccount) -> bool {
    let (account, _) = it.find_by_name(&who.name).await.expect("an answer").expect("an administrator");
    let listed = it.list().await.expect("an answer").into_iter().find(|it| it.id == who.id);
    assert_eq!(listed.map(|it| it.second_factor), Some(account.second_factor));
    account.second_factor
}

/// A second factor is found as it was turned on, until it is turned off.
pub async fn keeps_a_second_factor(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    assert_eq!(it.second_factor(account.id).await.expect("an answer"), None);
    for (codes, proof) in [(&[1, 2, 3][..], None), (&[4], step(6))] {
        assert!(changes(it, account.id, &on(5, codes), proof).await);
        let found = it.second_factor(account.id).await.expect("an answer").expect("a factor");
        assert_eq!((found.secret, found.codes_left as usize), (sealed(7), codes.len()));
        assert_eq!(found.bare_codes, []);
        assert!(has_factor(it, &account).await);
    }
    assert!(changes(it, account.id, &FactorChange::Codes(tags(&[5, 6])), step(7)).await);
    let found = it.second_factor(account.id).await.expect("an answer").expect("a factor");
    assert_eq!((found.secret, found.codes_left), (sealed(7), 2));
    assert!(changes(it, account.id, &FactorChange::Off, recovery(6)).await);
    assert_eq!(it.second_factor(account.id).await.expect("an answer"), None);
    assert!(!has_factor(it, &account).await);
    assert!(!changes(it, NOBODY, &on(5, &[1]), None).await);
}

/// Whoever changes a second factor must have it; whoever has none cannot change its codes.
pub async fn a_second_factor_is_changed_with_it(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let codes = FactorChange::Codes(tags(&[3]));
    for change in [&codes, &FactorChange::Off] {
        assert!(!changes(it, account.id, change, step(9)).await);
        assert!(!changes(it, account.id, change, recovery(1)).await);
    }
    assert!(!changes(it, account.id, &codes, None).await);
    assert!(changes(it, account.id, &on(5, &[1, 2]), None).await);
    for change in [on(6, &[3]), codes, FactorChange::Off] {
        for proof in [None, step(5), recovery(9)] {
            assert!(!changes(it, account.id, &change, proof.clone()).await, "{change:?} {proof:?}");
        }
    }
    let found = it.second_factor(account.id).await.expect("an answer").expect("a factor");
    assert_eq!(found.codes_left, 2);
    assert!(changes(it, account.id, &FactorChange::Codes(tags(&[3])), step(8)).await);
    assert!(!comes_in(it, &account, step(8)).await, "the step is spent");
    assert!(!comes_in(it, &account, recovery(1)).await, "the old codes are gone");
    assert!(comes_in(it, &account, recovery(3)).await);
}

/// A change of the second factor ends all stays of its owner but the one it is made in, and a failed one ends none.
pub async fn a_changed_second_factor_ends_all_other_stays(it: &Repository) {
    let (account, other) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    let (here, others) = (opened(it, &account).await.id, opened(it, &other).await.id);
    let mut proof = None;
    for (n, change) in
        [on(5, &[1, 2, 3]), on(6, &[1, 2, 3]), FactorChange::Codes(tags(&[4])), FactorChange::Off]
            .into_iter()
            .enumerate()
    {
        let next = 10 * (i64::try_from(n).expect("few") + 1);
        let there = stay(&account);
        assert!(
            it.open(&there, &password(), proof.clone(), &deed(1)).await.expect("an answer"),
            "{change:?}"
        );
        let wrong = it.change_second_factor(account.id, &change, recovery(9), here, &deed(1)).await;
        assert!(!wrong.expect("an answer") && is_live(it, there.id).await, "{change:?}");
        let with = if n == 0 { None } else { step(next) };
        let done = it.change_second_factor(account.id, &change, with, here, &deed(1)).await;
        assert!(done.expect("an answer"), "{change:?}");
        assert!(is_live(it, here).await && is_live(it, others).await, "{change:?}");
        assert!(!is_live(it, there.id).await, "{change:?}");
        proof = step(next + 1);
    }
}

/// Whoever has a second factor comes in with it only, and nobody else does with one.
pub async fn a_second_factor_is_asked_for(it: &Repository) {
    let (with, without) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    assert!(changes(it, with.id, &on(5, &[1, 2]), None).await);
    for (proof, good) in [
        (None, false),
        (step(5), false),
        (step(6), true),
        (step(6), false),
        (step(8), true),
        (step(7), false),
        (recovery(9), false),
        (recovery(1), true),
        (recovery(1), false),
        (recovery(2), true),
    ] {
        assert_eq!(comes_in(it, &with, proof.clone()).await, good, "{proof:?}");
    }
    assert!(!comes_in(it, &without, step(9)).await);
    assert!(!comes_in(it, &without, recovery(2)).await);
    assert!(comes_in(it, &without, None).await);
    assert!(changes(it, with.id, &FactorChange::Off, step(9)).await);
    assert!(comes_in(it, &with, None).await);
}

/// A proof that is used many times at once is good once.
pub async fn a_proof_at_once_is_good_once(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    assert!(changes(it, account.id, &on(5, &[1]), None).await);
    for proof in [SecondProof::Step(6), SecondProof::Recovery(tags(&[1]))] {
        let came = at_once((0..10).map(|_| {
            let (it, account, proof) = (Arc::clone(it), account.clone(), proof.clone());
            async move { comes_in(&it, &account, Some(proof)).await }
        }))
        .await;
        assert_eq!(came.iter().filter(|came| **came).count(), 1, "{proof:?}");
    }
}

/// A secret is sealed anew where it is still the one that was found.
pub async fn protects_what_was_found(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    assert!(changes(it, account.id, &on(5, &[1]), None).await);
    for (found, new, kept) in [(7, 8, 8), (7, 9, 8), (8, 9, 9)] {
        it.protect_second_factor(account.id, &sealed(found), &sealed(new), &[]).await.expect("an answer");
        let factor = it.second_factor(account.id).await.expect("an answer").expect("a factor");
        assert_eq!((factor.secret, factor.codes_left), (sealed(kept), 1));
    }
    assert!(comes_in(it, &account, recovery(1)).await);
}

/// A reset sets a password, turns the second factor off and ends all stays, at once.
pub async fn a_reset_helps_whoever_lost_anything(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let session = opened(it, &account).await;
    assert!(changes(it, account.id, &on(5, &[1]), None).await);
    assert!(it.reset(account.id, &hash("$second$"), &deed(2)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await && !has_factor(it, &account).await);
    assert!(!comes_in(it, &account, None).await);
    assert!(it.open(&stay(&account), &hash("$second$"), None, &deed(3)).await.expect("an answer"));
    assert!(!it.reset(NOBODY, &hash("$second$"), &deed(2)).await.expect("an answer"));
}

/// Somebody's stays are listed, the newest first, and no others.
pub async fn lists_stays(it: &Repository) {
    let (account, other) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    let first = opened(it, &account).await;
    let second = AdministratorSession { started_at: later(2), from: None, ..stay(&account) };
    assert!(it.open(&second, &password(), None, &deed(1)).await.expect("an answer"));
    opened(it, &other).await;
    assert_eq!(it.sessions(account.id).await.expect("an answer"), [second, first]);
    assert_eq!(it.sessions(NOBODY).await.expect("an answer"), []);
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
                a_second_factor_is_changed_with_it,
                a_changed_second_factor_ends_all_other_stays,
                a_second_factor_is_asked_for,
                a_proof_at_once_is_good_once,
                protects_what_was_found,
                a_reset_helps_whoever_lost_anything,
                lists_stays,
            ]
        );
    };
}
