use std::sync::Arc;

use usher_domain::{AdministratorAccount, AdministratorRole, AdministratorSession, Timestamp};

use super::super::{at_once, context, hash, later};
use super::{Repository, UNKNOWN_ADMINISTRATOR, an_administrator, is_live, new_session, opened, password};

/// A session is found as it was opened, with whose it is; it is the last login.
pub async fn finds_a_session_as_it_was_opened(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let session = opened(it, &account).await;
    let owner = AdministratorAccount { last_login_at: Some(session.started_at), ..account };
    let found = it.find_session(session.id).await.expect("an answer");
    assert_eq!(found, Some((session, owner)));
}

/// A wrong password opens no session.
pub async fn opens_no_session_with_another_password(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let session = new_session(&account);
    assert!(!it.open(&session, &hash("$another$"), None, &context(1)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await);
    let stranger = AdministratorSession { administrator: UNKNOWN_ADMINISTRATOR, ..session };
    assert!(!it.open(&stranger, &password(), None, &context(1)).await.expect("an answer"));
}

/// A new password ends all sessions, and the old one opens none.
pub async fn a_new_password_ends_all_sessions(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let other = an_administrator(it, AdministratorRole::Owner).await;
    let (session, others) = (opened(it, &account).await, opened(it, &other).await);
    assert!(it.set_password(account.id, &hash("$second$"), &context(2)).await.expect("an answer"));
    assert!(!is_live(it, session.id).await && is_live(it, others.id).await);
    assert!(!it.open(&new_session(&account), &password(), None, &context(1)).await.expect("an answer"));
    assert!(it.open(&new_session(&account), &hash("$second$"), None, &context(1)).await.expect("an answer"));
    assert!(!it.set_password(UNKNOWN_ADMINISTRATOR, &password(), &context(2)).await.expect("an answer"));
}

/// Whatever the order, a new password and logins with the old one at once leave no session.
pub async fn a_new_password_among_logins_leaves_no_session(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Owner).await;
    let sessions: Vec<_> = (0..20).map(|_| new_session(&account)).collect();
    at_once(sessions.iter().cloned().enumerate().map(|(place, session)| {
        let (it, id) = (Arc::clone(it), account.id);
        async move {
            if place == 10 {
                it.set_password(id, &hash("$second$"), &context(2)).await.expect("an answer");
            } else {
                it.open(&session, &password(), None, &context(1)).await.expect("an answer");
            }
        }
    }))
    .await;
    for session in sessions {
        assert!(!is_live(it, session.id).await);
    }
}

/// Using a session moves its end, and brings none back.
pub async fn extends_a_session(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let session = opened(it, &account).await;
    it.extend(session.id, later(30), later(90)).await.expect("an answer");
    let (found, _) = it.find_session(session.id).await.expect("an answer").expect("a session");
    assert_eq!((found.seen_at, found.expires_at), (later(30), later(90)));
    it.end(session.id, &context(3)).await.expect("an answer");
    it.extend(session.id, later(40), later(90)).await.expect("an answer");
    assert!(!is_live(it, session.id).await);
}

/// A session can be ended alone or with all of an administrator's.
pub async fn ends_sessions(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let other = an_administrator(it, AdministratorRole::Viewer).await;
    let sessions =
        [opened(it, &account).await.id, opened(it, &account).await.id, opened(it, &account).await.id];
    let others = opened(it, &other).await.id;
    it.end(sessions[0], &context(3)).await.expect("an answer");
    assert!(!is_live(it, sessions[0]).await && is_live(it, sessions[1]).await);
    it.end_all(account.id, Some(sessions[1]), &context(3)).await.expect("an answer");
    assert!(is_live(it, sessions[1]).await && !is_live(it, sessions[2]).await && is_live(it, others).await);
    it.end_all(account.id, None, &context(3)).await.expect("an answer");
    assert!(!is_live(it, sessions[1]).await && is_live(it, others).await);
}

/// Sessions that expired before a given time are forgotten, and no others.
pub async fn forgets_expired_sessions(it: &Repository) {
    let account = an_administrator(it, AdministratorRole::Viewer).await;
    let expired = AdministratorSession { expires_at: later(5), ..new_session(&account) };
    assert!(it.open(&expired, &password(), None, &context(1)).await.expect("an answer"));
    let live = opened(it, &account).await;
    assert_eq!(it.purge(later(6)).await.expect("an answer"), 1);
    assert!(!is_live(it, expired.id).await && is_live(it, live.id).await);
    assert_eq!(it.purge(Timestamp::from_millis(0)).await.expect("an answer"), 0);
}

/// An administrator's sessions are listed, newest first, and no others.
pub async fn lists_sessions(it: &Repository) {
    let (account, other) = (
        an_administrator(it, AdministratorRole::Viewer).await,
        an_administrator(it, AdministratorRole::Viewer).await,
    );
    let first = opened(it, &account).await;
    let second = AdministratorSession { started_at: later(2), from: None, ..new_session(&account) };
    assert!(it.open(&second, &password(), None, &context(1)).await.expect("an answer"));
    opened(it, &other).await;
    assert_eq!(it.sessions(account.id).await.expect("an answer"), [second, first]);
    assert_eq!(it.sessions(UNKNOWN_ADMINISTRATOR).await.expect("an answer"), []);
}
