use std::sync::Arc;

use usher_domain::{
    AdministratorAccount, AdministratorId, AdministratorRole, RecoveryTag, SealedSecret,
    SecondFactorResponse, SessionSecret,
};

use super::super::{at_once, context, hash};
use super::{Repository, UNKNOWN_ADMINISTRATOR, an_administrator, is_live, new_session, opened, password};
use crate::outbound::{FactorChange, NewSecondFactor};

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
fn recovery(n: u8) -> Option<SecondFactorResponse> {
    Some(SecondFactorResponse::Recovery(tags(&[99, n])))
}

#[expect(clippy::unnecessary_wraps, reason = "as the port takes it")]
const fn step(step: i64) -> Option<SecondFactorResponse> {
    Some(SecondFactorResponse::Step(step))
}

async fn changes(
    it: &Repository,
    who: AdministratorId,
    change: &FactorChange,
    response: Option<SecondFactorResponse>,
) -> bool {
    let nowhere = SessionSecret::new([0; 32]).id();
    it.change_second_factor(who, change, response, nowhere, &context(1)).await.expect("an answer")
}

async fn logs_in(
    it: &Repository,
    who: &AdministratorAccount,
    response: Option<SecondFactorResponse>,
) -> bool {
    it.open(&new_session(who), &password(), response, &context(1)).await.expect("an answer")
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
    for (codes, response) in [(&[1, 2, 3][..], None), (&[4], step(6))] {
        assert!(changes(it, account.id, &on(5, codes), response).await);
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
    assert!(!changes(it, UNKNOWN_ADMINISTRATOR, &on(5, &[1]), None).await);
}

/// Changing a second factor takes a response from it; an administrator without one cannot change its codes.
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
        for response in [None, step(5), recovery(9)] {
            assert!(!changes(it, account.id, &change, response.clone()).await, "{change:?} {response:?}");
        }
    }
    let found = it.second_factor(account.id).await.expect("an answer").expect("a factor");
    assert_eq!(found.codes_left, 2);
    assert!(changes(it, account.id, &FactorChange::Codes(tags(&[3])), step(8)).await);
    assert!(!logs_in(it, &account, step(8)).await, "the step is used up");
    assert!(!logs_in(it, &account, recovery(1)).await, "the old codes are gone");
    assert!(logs_in(it, &account, recovery(3)).await);
}

/// A change of the second factor ends all sessions of its owner but the one it is made in, and a failed one ends none.
pub async fn a_changed_second_factor_ends_all_other_sessions(it: &Repository) {
    let (account, other) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    let (here, others) = (opened(it, &account).await.id, opened(it, &other).await.id);
    let mut response = None;
    for (n, change) in
        [on(5, &[1, 2, 3]), on(6, &[1, 2, 3]), FactorChange::Codes(tags(&[4])), FactorChange::Off]
            .into_iter()
            .enumerate()
    {
        let next = 10 * (i64::try_from(n).expect("few") + 1);
        let there = new_session(&account);
        assert!(
            it.open(&there, &password(), response.clone(), &context(1)).await.expect("an answer"),
            "{change:?}"
        );
        let wrong = it.change_second_factor(account.id, &change, recovery(9), here, &context(1)).await;
        assert!(!wrong.expect("an answer") && is_live(it, there.id).await, "{change:?}");
        let with = if n == 0 { None } else { step(next) };
        let done = it.change_second_factor(account.id, &change, with, here, &context(1)).await;
        assert!(done.expect("an answer"), "{change:?}");
        assert!(is_live(it, here).await && is_live(it, others).await, "{change:?}");
        assert!(!is_live(it, there.id).await, "{change:?}");
        response = step(next + 1);
    }
}

/// An administrator with a second factor logs in only with a response from it, and one without only without.
pub async fn a_second_factor_is_asked_for(it: &Repository) {
    let (with, without) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    assert!(changes(it, with.id, &on(5, &[1, 2]), None).await);
    for (response, good) in [
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
        assert_eq!(logs_in(it, &with, response.clone()).await, good, "{response:?}");
    }
    assert!(!logs_in(it, &without, step(9)).await);
    assert!(!logs_in(it, &without, recovery(2)).await);
    assert!(logs_in(it, &without, None).await);
    assert!(changes(it, with.id, &FactorChange::Off, step(9)).await);
    assert!(logs_in(it, &with, None).await);
}

/// A response that is used many times at once is good once.
pub async fn a_response_is_accepted_once(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    assert!(changes(it, account.id, &on(5, &[1]), None).await);
    for response in [SecondFactorResponse::Step(6), SecondFactorResponse::Recovery(tags(&[1]))] {
        let came = at_once((0..10).map(|_| {
            let (it, account, response) = (Arc::clone(it), account.clone(), response.clone());
            async move { logs_in(&it, &account, Some(response)).await }
        }))
        .await;
        assert_eq!(came.iter().filter(|came| **came).count(), 1, "{response:?}");
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
    assert!(logs_in(it, &account, recovery(1)).await);
}

/// A reset sets a password, turns the second factor off and ends all sessions, at once.
pub async fn a_reset_restores_access(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let session = opened(it, &account).await;
    assert!(changes(it, account.id, &on(5, &[1]), None).await);
    assert!(it.reset(account.id, &hash("$second$"), &context(2)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await && !has_factor(it, &account).await);
    assert!(!logs_in(it, &account, None).await);
    assert!(it.open(&new_session(&account), &hash("$second$"), None, &context(3)).await.expect("an answer"));
    assert!(!it.reset(UNKNOWN_ADMINISTRATOR, &hash("$second$"), &context(2)).await.expect("an answer"));
}
