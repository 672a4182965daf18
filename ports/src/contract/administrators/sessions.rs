use std::sync::Arc;

use usher_domain::{AdministratorAccount, AdministratorRole, AdministratorSession, Timestamp};

use super::super::{at_once, deed, hash, later};
use super::{NOBODY, Repository, an_administrator, is_live, opened, password, stay};

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
