use super::{Arc, Epoch, MANY, Role, Session, Sessions, at_once, keep, later, new_session};

/// Of many that start at once as many are kept as may be, and those are found and listed alike.
pub async fn of_starts_at_once_no_more_are_kept_than_may_be(sessions: &Sessions) {
    for most in [1, 3] {
        let at = later(most);
        let candidate = || Session { started_at: at, ..new_session(sessions.alice, Role::User) };
        let candidates: Vec<_> = (0..40).map(|_| candidate()).collect();
        at_once(candidates.iter().cloned().map(|session| {
            let store = Arc::clone(&sessions.store);
            async move { store.start(&session, keep(most)).await.expect("a start") }
        }))
        .await;
        let kept = sessions.list(sessions.alice).await;
        assert_eq!(kept.len(), most as usize);
        let mut live = 0;
        for session in &candidates {
            live += usize::from(sessions.is_live(session).await);
        }
        assert_eq!(live, most as usize);
        assert!(kept.iter().all(|session| candidates.contains(session)));
    }
}

/// However starts and the end of their epoch race, none of them is live afterwards.
pub async fn an_end_among_starts_leaves_none(sessions: &Sessions) {
    for round in 0..10 {
        let candidates: Vec<_> = (0..12)
            .map(|_| Session { epoch: Epoch(round), ..new_session(sessions.alice, Role::User) })
            .collect();
        at_once(candidates.iter().cloned().enumerate().map(|(n, session)| {
            let store = Arc::clone(&sessions.store);
            async move {
                if n == 6 {
                    store.end_before(session.user, Epoch(round + 1)).await.expect("an end");
                } else {
                    store.start(&session, MANY).await.expect("a start");
                }
            }
        }))
        .await;
        assert_eq!(sessions.list(sessions.alice).await, []);
        for session in &candidates {
            assert!(!sessions.is_live(session).await);
        }
    }
}

/// However uses and the end of a session race, it is not live afterwards.
pub async fn an_end_among_extensions_leaves_none(sessions: &Sessions) {
    for _ in 0..10 {
        let session = sessions.one(sessions.alice, Role::User).await;
        at_once((0..12).map(|n| {
            let (store, user, id) = (Arc::clone(&sessions.store), session.user, session.id);
            async move {
                if n == 6 {
                    store.end(user, id).await.expect("an end");
                } else {
                    // A store that is slow leaves an extension out; that one succeeds is another law.
                    let _ = store.extend(user, id, later(n), later(3_600 + n)).await;
                }
            }
        }))
        .await;
        assert!(!sessions.is_live(&session).await);
        assert_eq!(sessions.list(sessions.alice).await, []);
    }
}
