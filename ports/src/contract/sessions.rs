//! The laws of a [`SessionStore`].

mod ending;
mod keeping;
mod racing;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{Epoch, Role, Session, SessionId, SessionOrigin, SessionSecret, UserId};

use super::{NOW, address, at_once, attribute, later, new_device, number};
use crate::outbound::{SessionStore, Started};

pub use ending::*;
pub use keeping::*;
pub use racing::*;

/// A store, and two users whose sessions it may keep: some backends know which users exist. Their epoch is 0.
pub struct Sessions {
    /// Where the sessions are kept.
    pub store: Arc<dyn SessionStore>,
    /// A user.
    pub alice: UserId,
    /// Another user.
    pub bob: UserId,
}

/// More than any law starts.
const MANY: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

/// A session that was not started, of epoch 0 and from [`NOW`].
pub(super) fn new_session(user: UserId, role: Role) -> Session {
    let mut secret = [0; 32];
    secret[..4].copy_from_slice(&number().to_be_bytes());
    Session {
        id: SessionSecret::new(secret).id(),
        user,
        role,
        epoch: Epoch(0),
        started_at: NOW,
        seen_at: NOW,
        expires_at: NOW.plus(Duration::from_hours(720)),
        origin: None,
    }
}

fn keep(sessions: u32) -> NonZeroU32 {
    NonZeroU32::new(sessions).expect("not zero")
}

impl Sessions {
    async fn start(&self, session: &Session, keep: NonZeroU32) -> Started {
        self.store.start(session, keep).await.expect("a start")
    }

    /// Starts it without making room; it must come to be.
    pub(super) async fn started(&self, session: Session) -> Session {
        assert_eq!(self.start(&session, MANY).await, Started::Live);
        session
    }

    /// Starts one of a role; it must come to be.
    async fn one(&self, user: UserId, role: Role) -> Session {
        self.started(new_session(user, role)).await
    }

    async fn find(&self, user: UserId, id: SessionId) -> Option<Session> {
        self.store.find(user, id).await.expect("a search by id")
    }

    async fn is_live(&self, session: &Session) -> bool {
        self.find(session.user, session.id).await.is_some()
    }

    pub(super) async fn list(&self, user: UserId) -> Vec<Session> {
        self.store.list(user).await.expect("a list")
    }

    async fn end_before(&self, user: UserId, epoch: i64) {
        self.store.end_before(user, Epoch(epoch)).await.expect("an end");
    }
}

/// Tests a session store: `sessions_contract!(sqlite, setup())`, where the setup yields `(Sessions, guard)`.
#[macro_export]
macro_rules! sessions_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            sessions,
            [
                ends_one_session,
                ends_the_sessions_of_one_role,
                ends_the_sessions_before_an_epoch,
                starts_no_session_before_an_epoch,
                an_ended_epoch_stays_ended,
                a_purge_leaves_what_has_not_expired,
                finds_a_session_as_it_was_started,
                knows_where_a_session_was_opened,
                finds_no_session_that_was_not_started,
                a_session_belongs_to_its_user_only,
                lists_the_sessions_of_a_user_newest_first,
                one_too_many_ends_the_one_that_started_first,
                all_that_are_too_many_make_room,
                the_session_that_starts_is_the_one_that_stays,
                only_the_same_user_and_role_make_room,
                extends_a_session,
                extending_does_not_bring_a_session_back,
                of_starts_at_once_no_more_are_kept_than_may_be,
                an_end_among_starts_leaves_none,
                an_end_among_extensions_leaves_none,
            ]
        );
    };
}
