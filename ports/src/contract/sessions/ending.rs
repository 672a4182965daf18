use super::{Epoch, MANY, Role, Session, Sessions, Started, keep, later, new_session};

/// One session is ended, and no other; ending it again does nothing.
pub async fn ends_one_session(sessions: &Sessions) {
    let (ended, other) =
        (sessions.one(sessions.alice, Role::User).await, sessions.one(sessions.alice, Role::User).await);
    for _ in 0..2 {
        sessions.store.end(ended.user, ended.id).await.expect("an end");
        assert_eq!(sessions.find(ended.user, ended.id).await, None);
        assert_eq!(sessions.list(sessions.alice).await, std::slice::from_ref(&other));
    }
}

/// The sessions of one role are ended, and neither those of the other role nor those of other users.
pub async fn ends_the_sessions_of_one_role(sessions: &Sessions) {
    let visiting = [
        sessions.one(sessions.alice, Role::Visitor).await,
        sessions.one(sessions.alice, Role::Visitor).await,
    ];
    let (user, other) =
        (sessions.one(sessions.alice, Role::User).await, sessions.one(sessions.bob, Role::Visitor).await);
    sessions.store.end_role(sessions.alice, Role::Visitor).await.expect("an end");
    for ended in visiting {
        assert!(!sessions.is_live(&ended).await);
    }
    assert_eq!(sessions.list(sessions.alice).await, [user]);
    assert!(sessions.is_live(&other).await);
    sessions.one(sessions.alice, Role::Visitor).await;
}

/// All sessions before an epoch are ended; those of it, and other users', go on.
pub async fn ends_the_sessions_before_an_epoch(sessions: &Sessions) {
    let mut ended = Vec::new();
    for (role, epoch) in [(Role::Visitor, 0), (Role::User, 0), (Role::User, 1)] {
        let session = Session { epoch: Epoch(epoch), ..new_session(sessions.alice, role) };
        ended.push(sessions.started(session).await);
    }
    let current = Session { epoch: Epoch(2), ..new_session(sessions.alice, Role::User) };
    let current = sessions.started(current).await;
    let other = sessions.one(sessions.bob, Role::User).await;
    sessions.end_before(sessions.alice, 2).await;
    for session in ended {
        assert!(!sessions.is_live(&session).await);
    }
    assert_eq!(sessions.list(sessions.alice).await, [current]);
    assert!(sessions.is_live(&other).await);
}

/// A session of an ended epoch does not come to be, and ends nothing either.
pub async fn starts_no_session_before_an_epoch(sessions: &Sessions) {
    sessions.end_before(sessions.alice, 2).await;
    let current = Session { epoch: Epoch(2), ..new_session(sessions.alice, Role::User) };
    let current = sessions.started(current).await;
    for epoch in [0, 1] {
        let late = Session { epoch: Epoch(epoch), ..new_session(sessions.alice, Role::User) };
        assert_eq!(sessions.start(&late, keep(1)).await, Started::Superseded);
        assert!(!sessions.is_live(&late).await);
    }
    assert_eq!(sessions.list(sessions.alice).await, [current]);
    sessions.one(sessions.bob, Role::User).await;
}

/// Ending an earlier epoch late takes nothing back.
pub async fn an_ended_epoch_stays_ended(sessions: &Sessions) {
    sessions.end_before(sessions.alice, 5).await;
    sessions.end_before(sessions.alice, 3).await;
    let late = Session { epoch: Epoch(4), ..new_session(sessions.alice, Role::User) };
    assert_eq!(sessions.start(&late, MANY).await, Started::Superseded);
}

/// What has not expired outlives a purge.
pub async fn a_purge_leaves_what_has_not_expired(sessions: &Sessions) {
    let session = Session { expires_at: later(3), ..new_session(sessions.alice, Role::User) };
    let session = sessions.started(session).await;
    sessions.store.purge(later(3)).await.expect("a purge");
    assert_eq!(sessions.list(sessions.alice).await, [session]);
}
