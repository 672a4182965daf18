use super::{
    Arc, Duration, Role, Session, SessionOrigin, Sessions, Started, address, attribute, keep, later,
    new_device, new_session,
};

/// What was started is found as it was started, also when it has expired.
pub async fn finds_a_session_as_it_was_started(sessions: &Sessions) {
    let visiting = sessions.one(sessions.alice, Role::Visitor).await;
    let over = Session { expires_at: later(1), ..new_session(sessions.alice, Role::User) };
    let over = sessions.started(over).await;
    for session in [visiting, over] {
        assert_eq!(sessions.find(session.user, session.id).await, Some(session));
    }
}

/// Where a session was opened is kept, whatever is known of it and however often it is used.
pub async fn knows_where_a_session_was_opened(sessions: &Sessions) {
    let (v4, v6) = (address(1).ip(), "2001:db8::7".parse().expect("an address"));
    let (platform, device) = (attribute("小程序 mini-program"), new_device());
    for origin in [
        SessionOrigin::unknown_device(v4),
        SessionOrigin::on(&device, None, v6),
        SessionOrigin::on(&device, Some(platform), v4),
    ] {
        let session = Session { origin: Some(Arc::new(origin)), ..new_session(sessions.alice, Role::User) };
        let session = sessions.started(session).await;
        for seconds in [60, 120] {
            let used = Session { seen_at: later(seconds), expires_at: later(9_999_999), ..session.clone() };
            sessions
                .store
                .extend(used.user, used.id, used.seen_at, used.expires_at)
                .await
                .expect("an extension");
            assert_eq!(sessions.find(used.user, used.id).await, Some(used.clone()));
            assert!(sessions.list(used.user).await.contains(&used));
        }
    }
}

/// What was never started is not found.
pub async fn finds_no_session_that_was_not_started(sessions: &Sessions) {
    sessions.one(sessions.alice, Role::User).await;
    let stranger = new_session(sessions.alice, Role::User);
    assert_eq!(sessions.find(stranger.user, stranger.id).await, None);
    assert_eq!(sessions.list(sessions.bob).await, []);
}

/// A session belongs to its user: no other user finds, uses or ends it.
pub async fn a_session_belongs_to_its_user_only(sessions: &Sessions) {
    let session = sessions.one(sessions.alice, Role::User).await;
    assert_eq!(sessions.find(sessions.bob, session.id).await, None);
    sessions.store.extend(sessions.bob, session.id, later(1), later(9)).await.expect("an extension");
    sessions.store.end(sessions.bob, session.id).await.expect("an end");
    assert_eq!(sessions.find(sessions.alice, session.id).await, Some(session));
}

/// A user's sessions are listed, whatever their role, the newest first, and no other user's.
pub async fn lists_the_sessions_of_a_user_newest_first(sessions: &Sessions) {
    let mut started = Vec::new();
    for (second, role) in [(2, Role::User), (1, Role::Visitor), (3, Role::User)] {
        let session = Session { started_at: later(second), ..new_session(sessions.alice, role) };
        started.push(sessions.started(session).await);
    }
    sessions.one(sessions.bob, Role::User).await;
    started.sort_unstable_by_key(|session| std::cmp::Reverse(session.started_at));
    assert_eq!(sessions.list(sessions.alice).await, started);
}

/// One more than are kept ends the one that started first, however lately that one was used.
pub async fn one_too_many_ends_the_one_that_started_first(sessions: &Sessions) {
    let mut started = Vec::new();
    for second in 0..4 {
        let session = Session { started_at: later(second), ..new_session(sessions.alice, Role::User) };
        assert_eq!(sessions.start(&session, keep(3)).await, Started::Live);
        if second == 0 {
            let seen = (later(100), session.expires_at.plus(Duration::from_secs(100)));
            sessions.store.extend(session.user, session.id, seen.0, seen.1).await.expect("an extension");
        }
        started.push(session);
    }
    started.remove(0);
    started.reverse();
    assert_eq!(sessions.list(sessions.alice).await, started);
}

/// When fewer are kept than there are, as many as it takes make room.
pub async fn all_that_are_too_many_make_room(sessions: &Sessions) {
    for second in 0..5 {
        let session = Session { started_at: later(second), ..new_session(sessions.alice, Role::User) };
        sessions.started(session).await;
    }
    let last = Session { started_at: later(9), ..new_session(sessions.alice, Role::User) };
    assert_eq!(sessions.start(&last, keep(1)).await, Started::Live);
    assert_eq!(sessions.list(sessions.alice).await, [last]);
}

/// Of sessions that start at the same moment the one that is being started stays.
pub async fn the_session_that_starts_is_the_one_that_stays(sessions: &Sessions) {
    for _ in 0..10 {
        let session = new_session(sessions.alice, Role::User);
        assert_eq!(sessions.start(&session, keep(1)).await, Started::Live);
        assert_eq!(sessions.list(sessions.alice).await, [session]);
    }
}

/// No session makes room for another user, nor for the same user in another role.
pub async fn only_the_same_user_and_role_make_room(sessions: &Sessions) {
    let (visiting, other) =
        (sessions.one(sessions.alice, Role::Visitor).await, sessions.one(sessions.bob, Role::User).await);
    for second in 1..4 {
        let session = Session { started_at: later(second), ..new_session(sessions.alice, Role::User) };
        assert_eq!(sessions.start(&session, keep(1)).await, Started::Live);
    }
    assert!(sessions.is_live(&visiting).await && sessions.is_live(&other).await);
    assert_eq!(sessions.list(sessions.alice).await.len(), 2);
}

/// What was used ends later; nothing else about it changes.
pub async fn extends_a_session(sessions: &Sessions) {
    let (session, other) =
        (sessions.one(sessions.alice, Role::User).await, sessions.one(sessions.alice, Role::User).await);
    let extended = Session {
        seen_at: later(60),
        expires_at: session.expires_at.plus(Duration::from_mins(1)),
        ..session
    };
    sessions
        .store
        .extend(extended.user, extended.id, extended.seen_at, extended.expires_at)
        .await
        .expect("an extension");
    assert_eq!(sessions.find(extended.user, extended.id).await, Some(extended));
    assert_eq!(sessions.find(other.user, other.id).await, Some(other));
}

/// What was ended is not brought back by a use that was under way.
pub async fn extending_does_not_bring_a_session_back(sessions: &Sessions) {
    let session = sessions.one(sessions.alice, Role::User).await;
    sessions.store.end(session.user, session.id).await.expect("an end");
    sessions.store.extend(session.user, session.id, later(1), later(9)).await.expect("an extension");
    assert_eq!(sessions.find(session.user, session.id).await, None);
    assert_eq!(sessions.list(sessions.alice).await, []);
}
