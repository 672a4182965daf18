use std::sync::Arc;

use usher_domain::{Epoch, Status, User, Version};

use super::super::{UNKNOWN_USER, a_user, a_visitor, change_status, later, now, set_status};
use crate::outbound::{Changed, UserRepository};

/// A status that was set is found, and counted as a change of the user.
pub async fn a_status_is_set(users: &Arc<dyn UserRepository>) {
    for user in [a_user(users).await, a_visitor(users).await] {
        let mut before = user;
        for status in [Status::Disabled, Status::Enabled, Status::Locked] {
            let after = set_status(users, &before, status).await;
            let version = Version(before.version.0 + 1);
            let expected = User {
                status,
                version,
                updated_at: later(60),
                epoch: after.epoch,
                disabled_by: after.disabled_by.clone(),
                ..before
            };
            assert_eq!(after, expected);
            assert_eq!(now(users, &expected).await, expected);
            before = after;
        }
    }
}

/// Leaving the enabled state starts the next session epoch.
pub async fn leaving_the_state_enabled_starts_an_epoch(users: &Arc<dyn UserRepository>) {
    for status in [Status::Disabled, Status::Locked] {
        let user = a_user(users).await;
        let after = set_status(users, &user, status).await;
        assert_eq!(after.epoch, Epoch(user.epoch.0 + 1), "{status:?}");
    }
}

/// Enabling brings no session back and ends none.
pub async fn enabling_starts_no_epoch(users: &Arc<dyn UserRepository>) {
    for status in [Status::Disabled, Status::Locked] {
        let user = a_user(users).await;
        let disabled = set_status(users, &user, status).await;
        let back = set_status(users, &user, Status::Enabled).await;
        assert_eq!((back.epoch, back.status), (disabled.epoch, Status::Enabled));
    }
}

/// A status is set from the version that was seen.
pub async fn a_status_is_set_from_the_expected_version(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let Changed::Done(off) = change_status(users, &user, Status::Disabled, Some(user.version)).await else {
        unreachable!("the version was the expected one")
    };
    let on = change_status(users, &user, Status::Enabled, Some(off.version)).await;
    assert!(matches!(on, Changed::Done(user) if user.status == Status::Enabled));
}

/// A change from another version changes nothing and returns the current user.
pub async fn a_status_is_not_set_from_another_version(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let disabled = set_status(users, &user, Status::Disabled).await;
    for wanted in [Status::Enabled, Status::Disabled, Status::Locked] {
        for version in [user.version, Version(disabled.version.0 + 1)] {
            let answer = change_status(users, &user, wanted, Some(version)).await;
            assert_eq!(answer, Changed::Conflict(Box::new(disabled.clone())));
        }
    }
    assert_eq!(now(users, &user).await, disabled);
}

/// Setting the status that is set already changes nothing.
pub async fn setting_the_same_status_changes_nothing(users: &Arc<dyn UserRepository>) {
    let user = a_user(users).await;
    let disabled = set_status(users, &user, Status::Disabled).await;
    for expected in [None, Some(disabled.version)] {
        let answer = change_status(users, &user, Status::Disabled, expected).await;
        assert_eq!(answer, Changed::Unchanged(Box::new(disabled.clone())));
    }
    assert_eq!(now(users, &user).await, disabled);
}

/// An unknown user gets no status.
pub async fn an_unknown_user_gets_no_status(users: &Arc<dyn UserRepository>) {
    let stranger = User { id: UNKNOWN_USER, ..a_user(users).await };
    for expected in [None, Some(Version(0))] {
        let answer = change_status(users, &stranger, Status::Disabled, expected).await;
        assert_eq!(answer, Changed::NotFound);
    }
}
